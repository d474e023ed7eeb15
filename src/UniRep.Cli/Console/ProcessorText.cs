namespace UniRep.Cli.Console;

/// <summary>What computes, in the words of summaries.</summary>
internal static class ProcessorText
{
    public static string InstructionSet(Device device) =>
        device is Device.Cpu cpu
            ? cpu.instructionSet is { } set
                ? InstructionSetModule.name(set.Value)
                : "libtorch"
            : DeviceModule.describe(device);

    public static int Threads(Device device) => device is Device.Cpu cpu ? cpu.threads : 0;
}
