using System.Diagnostics;
using UniRep.Compute;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares the matrix product on one thread, for every number of rows, with the multiply-add peak and with a pure read of
/// the panels. Each is the best of many short rounds, so that a busy machine does not matter much.
/// </summary>
internal static unsafe class KernelThroughput
{
    public static void Print(int depth, InstructionSet set, Precision precision)
    {
        var kernels = Kernels.All.First(kernels => kernels.InstructionSet == set);
        var panels = (5 * depth + PackedMatrix.Columns - 1) / PackedMatrix.Columns;
        var columns = panels * PackedMatrix.Columns;
        float[] values =
        [
            .. Enumerable.Range(0, depth * columns).Select(at => 1e-3f * (at % 7 - 3)),
        ];
        using var weights = new PackedMatrix(
            depth,
            panels,
            (panel, column) => panel * PackedMatrix.Columns + column,
            new RawWeightMatrix(values, columns),
            precision
        );
        using var a = new AlignedBuffer(48L * (depth + 80));
        using var tiles = new AlignedBuffer(96L * PackedMatrix.Columns);
        using var operand = new Operand(48, depth, precision);
        var product = kernels.ProductOf(precision);
        a.Span.Fill(0.5f);
        var sweeps = Math.Max(1, 4000 / depth);
        Console.WriteLine($"depth {depth}, {panels} panels, {set}, {precision}");
        foreach (var rows in new[] { 1, 2, 3, 4, 6, 8, 12, 16, 18, 24, 32, 36, 40, 48 })
        {
            var (best, peak, read) = (double.MaxValue, 0.0, double.MaxValue);
            for (var round = 0; round < 15; round++)
            {
                peak = Math.Max(peak, Timed(() => kernels.RunMultiplyAdds(200_000)).PerSecond);
                read = Math.Min(
                    read,
                    Timed(() =>
                        (long)kernels.SumFloats(weights.Panel(0), weights.Bytes / 4 / 256 * 256)
                    ).Seconds
                );
                var (_, seconds) = Timed(() =>
                {
                    for (var sweep = 0; sweep < sweeps; sweep++)
                    {
                        product.Prepare(a.Pointer, depth + 80, depth, rows, operand);
                        for (var panel = 0; panel < panels; panel++)
                        {
                            kernels.Clear(tiles.Pointer, rows);
                            product.MultiplyAdd(
                                operand,
                                rows,
                                weights,
                                panel,
                                weights.Panel(Math.Min(panel + 1, panels - 1)),
                                tiles.Pointer,
                                tiles.Pointer + 48 * PackedMatrix.Columns
                            );
                        }
                    }

                    return 0;
                });
                best = Math.Min(best, seconds / sweeps);
            }

            var share = 2.0 * rows * depth * panels * PackedMatrix.Columns / best / peak;
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
