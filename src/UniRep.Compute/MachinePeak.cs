using System.Diagnostics;
using UniRep.Compute.Internals.Simd;
using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute;

/// <summary>Measures the limits of this machine, to compare the speed of an engine with.</summary>
public static class MachinePeak
{
    /// <summary>Measures the rate of multiply-adds in registers.</summary>
    /// <param name="threads">The number of threads that compute at the same time.</param>
    /// <param name="set">The instruction set.</param>
    /// <returns>The best of several rounds, in 10⁹ floating-point operations (two per multiply-add) per second.</returns>
    public static double FmaGflops(int threads, InstructionSet set)
    {
        Throw.IfNotThreads(threads, nameof(threads));
        var kernels = Kernels.Of(set);
        kernels.RunMultiplyAdds(1_000_000);
        const int Rounds = 2_000_000;
        var operations = 0L;
        var seconds = Best(
            threads,
            _ => Interlocked.Exchange(ref operations, kernels.RunMultiplyAdds(Rounds))
        );
        return threads * operations / seconds * 1e-9;
    }

    /// <summary>Measures the rate of reading memory. Each thread reads a part of its own.</summary>
    /// <param name="bytes">The number of bytes that all threads read together.</param>
    /// <param name="threads">The number of threads that read at the same time.</param>
    /// <returns>The best of several rounds, in 10⁹ bytes per second.</returns>
    public static unsafe double ReadGigabytesPerSecond(long bytes, int threads)
    {
        Throw.IfNotThreads(threads, nameof(threads));
        var kernels = Kernels.All[^1];
        var perThread = bytes / sizeof(float) / threads / 256 * 256;
        using var buffer = new AlignedBuffer(perThread * threads);
        for (var at = 0L; at < buffer.Length; at++)
        {
            buffer.Pointer[at] = 1;
        }

        var start = (nint)buffer.Pointer;
        var seconds = Best(
            threads,
            rank => kernels.SumFloats((float*)start + rank * perThread, perThread)
        );
        return (double)perThread * threads * sizeof(float) / seconds * 1e-9;
    }

    /// <summary>Gives the seconds of the fastest of several rounds in which all threads work at the same time.</summary>
    private static double Best(int threads, Action<int> work)
    {
        const int Rounds = 12;
        var best = double.MaxValue;
        var barrier = new StepBarrier(threads);
        var spans = new (long Begin, long End)[threads];
        void RunRounds(int rank)
        {
            for (var round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                spans[rank].Begin = Stopwatch.GetTimestamp();
                work(rank);
                spans[rank].End = Stopwatch.GetTimestamp();
                barrier.SignalAndWait();
                if (rank == 0)
                {
                    var ticks = spans.Max(span => span.End) - spans.Min(span => span.Begin);
                    best = Math.Min(best, (double)ticks / Stopwatch.Frequency);
                }
            }
        }

        WorkerThreads.Run(threads, RunRounds, _ => barrier.Break());
        return best;
    }
}
