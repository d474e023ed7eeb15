namespace UniRep.Compute.Internals.Cuda;

/// <summary>Measures the peak of a device, in a third of a second.</summary>
internal static class MeasuredPeak
{
    private const double MillisecondsOfLaunch = 5;
    private const double WarmUpMilliseconds = 100;
    private const double Milliseconds = 200;
    private const int FewestLaunches = 3;
    private const int MostLaunches = 100;
    private const int MostRounds = 1 << 22;

    /// <summary>How far the sum of one round may be from the right one. The sums of a round are exact.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>Measures. What fails becomes the reason, but after a kernel that fails the context is of no use.</summary>
    /// <param name="context">The context; made current.</param>
    /// <param name="image">The compiled kernels; null for those of this assembly.</param>
    public static CudaPeak Of(CudaContext context, KernelImage? image = null)
    {
        try
        {
            using var module = new CudaModule(
                context,
                (image ?? KernelImage.Embedded(KernelImage.Peak)).Bytes
            );
            var kernel = PeakKernel.Load(module);
            using var stream = new CudaStream(context);
            using var sums = new DeviceMemory(
                context,
                (long)kernel.Blocks * PeakKernel.Threads * sizeof(float)
            );
            return Fault(kernel, stream, sums) is { } fault
                ? Missing(fault)
                : new CudaPeak
                {
                    Kernel = kernel.Name,
                    Rates = Rates(context, kernel, stream, sums),
                    Missing = null,
                };
        }
        catch (Exception error) when (error is CudaException or InvalidOperationException)
        {
            return Missing(error.Message);
        }
    }

    private static CudaPeak Missing(string reason) =>
        new()
        {
            Kernel = null,
            Rates = [],
            Missing = reason,
        };

    /// <summary>Says what is wrong with a kernel that does not make the products that are counted; null if it does.</summary>
    private static string? Fault(PeakKernel kernel, CudaStream stream, DeviceMemory sums)
    {
        stream.Fill(sums, 0xFF);
        kernel.Launch(stream, sums, 1);
        var found = new float[kernel.Blocks * PeakKernel.Threads];
        stream.DownloadNow<float>(sums, 0, found);
        var (sum, wanted) = (found.Sum(each => (double)each), kernel.SumOfRound);
        return Math.Abs(sum - wanted) <= Tolerance * Math.Abs(wanted)
            ? null
            : FormattableString.Invariant(
                $"{kernel.Name}: its products add up to {sum}, not to {wanted}"
            );
    }

    /// <summary>Gives the operations per second of launches of some milliseconds each, after as many that do not count.</summary>
    private static List<double> Rates(
        CudaContext context,
        PeakKernel kernel,
        CudaStream stream,
        DeviceMemory sums
    )
    {
        var rounds = 1;
        double time = Times(context, kernel, stream, sums, rounds, 1)[0];
        while (time < MillisecondsOfLaunch / 4 && rounds < MostRounds)
        {
            rounds *= 4;
            time = Times(context, kernel, stream, sums, rounds, 1)[0];
        }

        var scale = Math.Clamp(MillisecondsOfLaunch / time, 1.0 / rounds, 4);
        (rounds, time) = ((int)(rounds * scale), time * scale);
        var warmUp = Launches(WarmUpMilliseconds / time);
        var timed = Launches(Milliseconds / time);
        var operations = kernel.OperationsPerRound * rounds;
        return
        [
            .. Times(context, kernel, stream, sums, rounds, warmUp + timed)
                .Skip(warmUp)
                .Select(each => operations / (each * 1e-3)),
        ];
    }

    private static int Launches(double enough) =>
        (int)Math.Clamp(enough, FewestLaunches, MostLaunches);

    /// <summary>Gives the milliseconds of launches that follow each other without a gap.</summary>
    private static float[] Times(
        CudaContext context,
        PeakKernel kernel,
        CudaStream stream,
        DeviceMemory sums,
        int rounds,
        int launches
    )
    {
        using var owned = new DisposalScope();
        var marks = new CudaEvent[launches + 1];
        for (var launch = 0; launch <= launches; launch++)
        {
            marks[launch] = owned.Add(new CudaEvent(context, isTimed: true));
        }

        marks[0].Record(stream);
        for (var launch = 0; launch < launches; launch++)
        {
            kernel.Launch(stream, sums, rounds);
            marks[launch + 1].Record(stream);
        }

        stream.Synchronize();
        return
        [
            .. Enumerable
                .Range(0, launches)
                .Select(launch => marks[launch + 1].MillisecondsSince(marks[launch])),
        ];
    }
}
