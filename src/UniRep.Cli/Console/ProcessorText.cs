namespace UniRep.Cli.Console;

/// <summary>What computes, in the words of summaries.</summary>
internal static class ProcessorText
{
    /// <summary>`AVX-512, 2 threads`, `libtorch, 1 thread`, `NVIDIA H100, bfloat16`.</summary>
    public static string Describe(Model model) =>
        model.Device is Device.Cpu
            ? $"{InstructionSet(model.Device)}, {Reporter.Counted(Threads(model.Device), "thread")}"
            : $"{DeviceModule.describe(model.Device)}, {model.Precision}";

    /// <summary>The instruction set of a CPU, or null.</summary>
    public static string? InstructionSet(Device device) =>
        device is Device.Cpu cpu
            ? cpu.instructionSet is { } set
                ? InstructionSetModule.name(set.Value)
                : "libtorch"
            : null;

    public static int Threads(Device device) => device is Device.Cpu cpu ? cpu.threads : 0;
}
