namespace UniRep.Cli.Console;

/// <summary>What computes, in the words of summaries.</summary>
internal static class ProcessorText
{
    /// <summary>`AVX-512, 2 threads`, `libtorch, 1 thread`, `cuda:0`.</summary>
    public static string Describe(Device device) =>
        device is Device.Cpu
            ? $"{InstructionSet(device)}, {Reporter.Counted(Threads(device), "thread")}"
            : DeviceModule.describe(device);

    public static string InstructionSet(Device device) =>
        device is Device.Cpu cpu
            ? cpu.instructionSet is { } set
                ? InstructionSetModule.name(set.Value)
                : "libtorch"
            : DeviceModule.describe(device);

    public static int Threads(Device device) => device is Device.Cpu cpu ? cpu.threads : 0;
}
