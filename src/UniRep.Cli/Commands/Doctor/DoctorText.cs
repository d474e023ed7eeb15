using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.Doctor;

/// <summary>What `unirep doctor` finds, as people read it: a name and a value on each line.</summary>
internal static class DoctorText
{
    public static string Of(DoctorReport report) =>
        string.Join('\n', Lines(report).Select(line => $"{line.Name, -14}{line.Value}".TrimEnd()));

    private static IEnumerable<(string Name, string Value)> Lines(DoctorReport report)
    {
        var (machine, engine) = (report.Machine, report.Engine);
        yield return ("program", $"{report.Program}, {machine.Runtime}");
        yield return ("system", machine.System);
        yield return ("processor", machine.Processor ?? "its name is not known");
        if (machine.Caches is { } caches)
        {
            yield return ("caches", caches);
        }

        yield return (
            "engine",
            $"{engine.InstructionSet}, {Reporter.Counted(engine.Threads, "thread")} (here: {string.Join(", ", engine.Available)})"
        );
        yield return ("memory", Gigabytes(report.MemoryBytes));
        foreach (var model in report.Models)
        {
            yield return (
                model == report.Models[0] ? "models" : "",
                $"{model.Name, -12}{model.Where}"
            );
        }

        if (report.Cuda.Missing is { } missing)
        {
            yield return ("cuda", $"none: {missing}");
        }

        foreach (var gpu in report.Cuda.Devices)
        {
            yield return (
                gpu.Name,
                $"{gpu.Device}, compute capability {gpu.ComputeCapability}, {Clocked(gpu)}{Peak(gpu)}, "
                    + $"{Gigabytes(gpu.MemoryBytes)} ({Gigabytes(gpu.FreeBytes)} free), driver for CUDA {gpu.DriverCuda}"
            );
            yield return ("", gpu.Unusable is { } reason ? $"cannot be used: {reason}" : "usable");
        }

        yield return (
            "libtorch",
            report.Libtorch.Folder is { } folder
                ? $"{report.Libtorch.Version}, {folder}"
                : $"none: {report.Libtorch.Missing}"
        );
    }

    /// <summary>Gives the multiprocessors and their highest clock.</summary>
    public static string Clocked(DoctorGpu gpu) =>
        $"{Reporter.Number(gpu.Multiprocessors)} multiprocessors at {Reporter.Number(gpu.ClockHertz * 1e-9, "0.0##")} GHz";

    private static string Peak(DoctorGpu gpu) =>
        gpu.NominalPeak is { } peak
            ? $" (nominal peak {Reporter.Number(peak * 1e-12)} TFLOP/s in bfloat16)"
            : "";

    private static string Gigabytes(long bytes) =>
        $"{Reporter.Number(bytes / (double)(1 << 30), "F1")} GiB";
}
