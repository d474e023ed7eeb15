using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>
/// The driver that runs the kernels on the CPU: eng/emulate-kernels.sh builds it with g++. Its settings are variables of the
/// environment, so tests that use it run one after another.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EmulatedDriver
{
    public const string Name = "emulated driver";

    /// <summary>Some bytes in place of compiled kernels; the emulated driver has its own.</summary>
    internal static KernelImage Image { get; } = new([1]);

    /// <summary>Loads a model on an emulated device, or skips the test.</summary>
    internal static CudaModel Load(
        MlstmArrays arrays,
        CudaOptions options,
        int capability = 90,
        long memoryBytes = 1 << 30,
        int multiprocessors = 16
    )
    {
        Prepare(capability, multiprocessors, memoryBytes);
        return CudaModel.Load(arrays, options with { DriverPath = EmulatedLibrary.Path }, Image);
    }

    /// <summary>Starts a training on an emulated device, or skips the test.</summary>
    internal static CudaTrainer Train(
        TrainerState state,
        TrainerOptions trainer,
        CudaOptions options,
        TrainingLimits limits,
        int multiprocessors = 16,
        long memoryBytes = 1 << 30
    )
    {
        Prepare(80, multiprocessors, memoryBytes);
        return CudaTrainer.Resume(
            state,
            trainer,
            options with
            {
                DriverPath = EmulatedLibrary.Path,
            },
            limits,
            Image
        );
    }

    private static void Prepare(int capability, int multiprocessors, long memoryBytes)
    {
        Set("EMULATED_COMPUTE_CAPABILITY", $"{capability}");
        Set("EMULATED_MULTIPROCESSORS", $"{multiprocessors}");
        Set("EMULATED_MEMORY", $"{memoryBytes}");
    }

    /// <summary>Sets a variable for native code, which does not see those that .NET sets.</summary>
    private static void Set(string name, string value) => _ = SetVariable(name, value, 1);

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrites
    );
}
