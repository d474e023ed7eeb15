using System.Diagnostics;
using UniRep.Compute;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares the matrix product on one thread, for every number of rows, with the multiply-add peak and with a pure read of
/// the panels; and layouts of the panels with each other, in turn. Each is the best of many short rounds, so that a busy
/// machine does not matter much.
/// </summary>
internal static unsafe class KernelThroughput
{
    private const int Rounds = 15;
    private const int MostRows = 48;

    /// <param name="depth">The number of rows of the matrix; it has five times as many columns, as a layer has.</param>
    /// <param name="set">The instruction set.</param>
    /// <param name="precision">The form of the weights.</param>
    /// <param name="strips">The numbers of columns of a strip to compare; none for the one that the engine uses.</param>
    public static void Print(
        int depth,
        InstructionSet set,
        Precision precision,
        IReadOnlyList<int> strips
    )
    {
        var kernels = Kernels.Of(set);
        var panels = (5 * depth + PackedMatrix.Columns - 1) / PackedMatrix.Columns;
        var columns = panels * PackedMatrix.Columns;
        var values = new RawWeightMatrix(
            [.. Enumerable.Range(0, depth * columns).Select(at => 1e-3f * (at % 7 - 3))],
            columns
        );
        PackedMatrix[] layouts =
        [
            .. (strips is [] ? [kernels.StripColumns(depth)] : strips).Select(
                strip => new PackedMatrix(
                    depth,
                    panels,
                    (panel, column) => panel * PackedMatrix.Columns + column,
                    values,
                    precision,
                    strip
                )
            ),
        ];
        using var a = new AlignedBuffer((long)MostRows * (depth + 80));
        using var tiles = new AlignedBuffer(2L * MostRows * PackedMatrix.Columns);
        using var operand = new Operand(MostRows, depth, precision);
        var product = kernels.ProductOf(precision);
        a.Span.Fill(0.5f);
        Console.WriteLine($"depth {depth}, {panels} panels, {set}, {precision}");
        foreach (var rows in new[] { 1, 2, 3, 4, 6, 8, 10, 12, 16, 18, 24, 32, MostRows })
        {
            var (best, peak, read) = (new double[layouts.Length], 0.0, double.MaxValue);
            Array.Fill(best, double.MaxValue);
            for (var round = 0; round < Rounds; round++)
            {
                peak = Math.Max(peak, Timed(() => kernels.RunMultiplyAdds(200_000)).PerSecond);
                read = Math.Min(read, Timed(() => Read(kernels, layouts[0])).Seconds);
                for (var at = 0; at < layouts.Length; at++)
                {
                    best[at] = Math.Min(best[at], Seconds(layouts[at], rows));
                }
            }

            var operations = 2.0 * rows * depth * columns;
            Console.WriteLine(
                $"{rows, 3} rows: "
                    + string.Join(
                        " | ",
                        layouts.Select(
                            (layout, at) =>
                                $"strips of {layout.Strip}: {best[at] * 1e3:F3} ms, {operations / best[at] / peak:P1} of the peak, {read / best[at]:P1} of reading"
                        )
                    )
            );
        }

        Array.ForEach(layouts, layout => layout.Dispose());

        double Seconds(PackedMatrix weights, int rows)
        {
            var sweeps = Math.Max(1, 4000 / depth);
            return Timed(() =>
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
                                tiles.Pointer + MostRows * PackedMatrix.Columns
                            );
                        }
                    }

                    return 0;
                }).Seconds / sweeps;
        }
    }

    private static long Read(Kernels kernels, PackedMatrix weights) =>
        (long)kernels.SumFloats(weights.Panel(0), weights.Bytes / sizeof(float) / 256 * 256);

    private static (double PerSecond, double Seconds) Timed(Func<long> work)
    {
        var start = Stopwatch.GetTimestamp();
        var done = work();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (done / seconds, seconds);
    }
}
