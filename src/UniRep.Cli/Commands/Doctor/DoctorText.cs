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
        if (report.Check is { Results.Count: > 0 } check)
        {
            yield return (
                "check",
                $"{Reporter.Counted(check.Sequences, "sequence")} on GPU and CPU: the worst relative errors of average / final / cell"
            );
            foreach (var result in check.Results)
            {
                yield return (
                    result.Name,
                    $"{result.Model, -11} {result.Precision, -9} {result.Verdict}{Found(result)}"
                );
            }
        }
    }

    private static string Found(GpuCheckResult result) =>
        result.WorstErrors is { } errors
            ? $", {Three(errors)} (at most {Three(result.Limits)}), "
                + (
                    result.SameBits == true
                        ? "the same bits twice"
                        : "two runs differ in their bits"
                )
            : $": {result.Failure}";

    private static string Three(GpuCheckErrors errors) =>
        string.Join(
            " / ",
            new[] { errors.Average, errors.Final, errors.Cell }.Select(error =>
                error is { } number ? Reporter.Number(number, "0.0e-0") : "not a number"
            )
        );

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
