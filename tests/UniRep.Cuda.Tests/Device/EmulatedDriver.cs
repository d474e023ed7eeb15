using System.Diagnostics;
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

    /// <summary>Names a driver that was built before.</summary>
    private const string Variable = "UNIREP_CUDA_EMULATED";

    private static readonly Lazy<(string? Path, string? Problem)> _found = new(Find);

    /// <summary>Some bytes in place of compiled kernels; the emulated driver has its own.</summary>
    internal static KernelImage Image { get; } = new([1]);

    /// <summary>Gets the driver, or skips the test.</summary>
    internal static string Path
    {
        get
        {
            Assert.SkipWhen(_found.Value.Path is null, _found.Value.Problem ?? "");
            return _found.Value.Path!;
        }
    }

    /// <summary>Loads a model on an emulated device, or skips the test.</summary>
    internal static CudaModel Load(
        MlstmArrays arrays,
        CudaOptions options,
        int capability = 90,
        long memoryBytes = 1 << 30
    )
    {
        Set("EMULATED_COMPUTE_CAPABILITY", $"{capability}");
        Set("EMULATED_MEMORY", $"{memoryBytes}");
        return CudaModel.Load(arrays, options with { DriverPath = Path }, Image);
    }

    /// <summary>Sets a variable for native code, which does not see those that .NET sets.</summary>
    private static void Set(string name, string value) => _ = SetVariable(name, value, 1);

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrites
    );

    private static (string? Path, string? Problem) Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return (given, null);
        }

        if (
            !OperatingSystem.IsLinux()
            || RuntimeInformation.ProcessArchitecture != Architecture.X64
        )
        {
            return (null, "The emulated driver needs Linux on x86-64.");
        }

        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists($"{root}/eng/emulate-kernels.sh"))
        {
            root = root.Parent;
        }

        return root is null
            ? (null, "There is no eng/emulate-kernels.sh above the tests.")
            : Build(root.FullName);
    }

    private static (string? Path, string? Problem) Build(string root)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("bash", [$"{root}/eng/emulate-kernels.sh"])
            {
                RedirectStandardError = true,
            }
        )!;
        var text = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode == 0
            ? ($"{root}/artifacts/emulation/libcuda-emulated.so", null)
            : (null, $"eng/emulate-kernels.sh cannot build the emulated driver: {text}");
    }
}
