using System.Diagnostics;
using UniRep.Compute;
using UniRep.Compute.Internals;

namespace UniRep.Benchmarks;

/// <summary>
/// The matrix product alone, one thread, for every number of rows: its share of the multiply-add peak, and of a pure
/// read of the panels. Best of many short windows on both sides, so that a busy machine does not matter much.
/// </summary>
internal static unsafe class KernelShares
{
    public static void Print(int depth, InstructionSet set)
    {
        var kernels = Kernels.All.First(kernels => kernels.InstructionSet == set);
        var panels = (5 * depth + PackedLayer.Columns - 1) / PackedLayer.Columns;
        var panelSize = (long)depth * PackedLayer.Columns;
        using var weights = new AlignedBuffer(panels * panelSize);
        using var a = new AlignedBuffer(48L * (depth + 48));
        using var tile = new AlignedBuffer(48L * PackedLayer.Columns);
        weights.Span.Fill(1e-3f);
        a.Span.Fill(0.5f);
        var sweeps = Math.Max(1, 4000 / depth);
        Console.WriteLine($"depth {depth}, {panels} panels, {set}");
        foreach (var rows in new[] { 1, 2, 3, 4, 6, 8, 12, 16, 18, 24, 32, 36, 40, 48 })
        {
            var (best, peak, read) = (double.MaxValue, 0.0, double.MaxValue);
            for (var round = 0; round < 15; round++)
            {
                peak = Math.Max(peak, Timed(() => kernels.Spin(200_000)).PerSecond);
                read = Math.Min(
                    read,
                    Timed(() =>
                        (long)kernels.Read(weights.Pointer, panels * panelSize / 256 * 256)
                    ).Seconds
                );
                var (_, seconds) = Timed(() =>
                {
                    for (var sweep = 0; sweep < sweeps; sweep++)
                    {
                        for (var panel = 0; panel < panels; panel++)
                        {
                            kernels.Clear(tile.Pointer, rows);
                            kernels.Multiply(
                                a.Pointer,
                                depth + 48,
                                rows,
                                weights.Pointer + panel * panelSize,
                                depth,
                                tile.Pointer,
                                weights.Pointer + Math.Min(panel + 1, panels - 1) * panelSize
                            );
                        }
                    }

                    return 0;
                });
                best = Math.Min(best, seconds / sweeps);
            }

            var share = 2.0 * rows * panels * panelSize / best / peak;
            Console.WriteLine(
                $"{rows, 3} rows: {best * 1e3:F3} ms, {share:P1} of the peak, {read / best:P1} of reading"
            );
        }
    }

    private static (double PerSecond, double Seconds) Timed(Func<long> work)
    {
        var start = Stopwatch.GetTimestamp();
        var done = work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (done / seconds, seconds);
    }
}
