using System.Diagnostics;
using System.Runtime.InteropServices;

namespace UniRep.Tests;

/// <summary>The library of the NVIDIA driver that runs the kernels on the CPU: eng/emulate-kernels.sh builds it with g++.</summary>
internal static class EmulatedLibrary
{
    /// <summary>Names a library that was built before.</summary>
    private const string Variable = "UNIREP_CUDA_EMULATED";

    private static readonly Lazy<(string? Path, string? Problem)> _found = new(Find);

    /// <summary>Gets its path, or skips the test.</summary>
    public static string Path
    {
        get
        {
            Xunit.Assert.SkipWhen(_found.Value.Path is null, _found.Value.Problem ?? "");
            return _found.Value.Path!;
        }
    }

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
