using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Packing;

/// <summary>
/// A matrix in panels of 64 columns, and a panel in strips of columns: [panel][strip][item][columns of a strip], in the form of
/// a precision. Integer weights have a scale for each column.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>The number of columns of a panel.</summary>
    public const int Columns = 64;

    private readonly AlignedBuffer _panels;
    private readonly AlignedBuffer? _scales;
    private readonly AlignedBuffer? _starts;
    private readonly Precision _precision;
    private readonly long _panelSize;
    private readonly long _stripSize;

    /// <param name="depth">The number of rows k of the matrix.</param>
    /// <param name="panels">The number of panels.</param>
    /// <param name="columnOf">Gives the column at a place of a panel, or -1 for padding.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="precision">The precision.</param>
    /// <param name="strip">The number of columns of a strip, as <see cref="Simd.Kernels.StripColumns"/> gives it.</param>
    public PackedMatrix(
        int depth,
        int panels,
        Func<int, int, int> columnOf,
        IWeightMatrix weights,
        Precision precision,
        int strip
    )
    {
        (_precision, Depth, Strip) = (precision, depth, strip);
        var perItem = WeightsPerItem(precision);
        Items = (depth + perItem - 1) / perItem;
        _panelSize = (long)Items * Columns / (precision == Precision.Int16Weights ? 2 : 1);
        _stripSize = _panelSize * strip / Columns;
        // Floats are written everywhere, also in the padding.
        _panels = new AlignedBuffer(panels * _panelSize, precision != Precision.Exact);
        if (precision != Precision.Exact)
        {
            _scales = new AlignedBuffer((long)panels * Columns);
            _starts = new AlignedBuffer((long)panels * Columns);
        }

        Parallel.For(
            0,
            panels,
            panel =>
            {
                int[] columns = [.. Enumerable.Range(0, Columns).Select(j => columnOf(panel, j))];
                if (precision == Precision.Exact)
                {
                    PackFloats(panel, columns, weights);
                }
                else
                {
                    PackIntegers(panel, columns, weights.At);
                }
            }
        );
    }

    /// <summary>The number of rows of the matrix.</summary>
    public int Depth { get; }

    /// <summary>The number of items of a column.</summary>
    public int Items { get; }

    /// <summary>The number of columns of a strip.</summary>
    public int Strip { get; }

    /// <summary>The bytes of all panels.</summary>
    public long Bytes => sizeof(float) * _panels.Length;

    /// <summary>Gives a panel, [strip][items][columns of a strip].</summary>
    public float* Panel(int panel) => _panels.Pointer + panel * _panelSize;

    /// <summary>Gives the scale of each column of a panel, [64]; null if weights are floats.</summary>
    public float* Scales(int panel) =>
        _scales is null ? null : _scales.Pointer + (long)panel * Columns;

    /// <summary>Gives the start values of the sums of a panel, [64] integers. They cancel the offset of the rows.</summary>
    public float* Starts(int panel) =>
        _starts is null ? null : _starts.Pointer + (long)panel * Columns;

    public void Dispose()
    {
        _panels.Dispose();
        _scales?.Dispose();
        _starts?.Dispose();
    }

    /// <summary>Gives the number of weights in an item.</summary>
    public static int WeightsPerItem(Precision precision) =>
        precision switch
        {
            Precision.Int16 => 2,
            Precision.Int8 => 4,
            _ => 1,
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackFloats(int panel, int[] columns, IWeightMatrix weights)
    {
        for (var first = 0; first < Columns; first += Strip)
        {
            var part = columns.AsSpan(first, Strip);
            var runs = RunsOf(part);
            var rows = Panel(panel) + first / Strip * _stripSize;
            for (var k = 0; k < Depth; k++)
            {
                var row = new Span<float>(rows + (long)k * Strip, Strip);
                row.Clear();
                foreach (var (at, length) in runs)
                {
                    weights.CopyTo(row.Slice(at, length), k, part[at]);
                }
            }
        }
    }

    /// <summary>Finds runs of places of a strip with consecutive columns, without padding.</summary>
    private static List<(int At, int Length)> RunsOf(ReadOnlySpan<int> columns)
    {
        var runs = new List<(int At, int Length)>();
        for (var at = 0; at < columns.Length; at++)
        {
            if (columns[at] >= 0 && at > 0 && columns[at - 1] == columns[at] - 1)
            {
                runs[^1] = (runs[^1].At, runs[^1].Length + 1);
            }
            else if (columns[at] >= 0)
            {
                runs.Add((at, 1));
            }
        }

        return runs;
    }

    private void PackIntegers(int panel, int[] columns, Func<int, int, double> weight)
    {
        var scales = ScalesOf(columns, weight);
        var first = Panel(panel);
        var sums = new int[Columns];
        for (var k = 0; k < Depth; k++)
        {
            for (var j = 0; j < Columns; j++)
            {
                if (scales[j] == 0)
                {
                    continue;
                }

                var integer = (int)Math.Round(weight(k, columns[j]) / scales[j]);
                sums[j] += integer;
                var perItem = WeightsPerItem(_precision);
                var strip = first + j / Strip * _stripSize;
                var at = ((long)(k / perItem) * Strip + j % Strip) * perItem + k % perItem;
                if (_precision == Precision.Int8)
                {
                    ((sbyte*)strip)[at] = (sbyte)integer;
                }
                else
                {
                    ((short*)strip)[at] = (short)integer;
                }
            }
        }

        for (var j = 0; j < Columns; j++)
        {
            Scales(panel)[j] = (float)scales[j];
            ((int*)Starts(panel))[j] =
                _precision == Precision.Int8 ? -Quantisation.ByteOffset * sums[j] : 0;
        }
    }

    /// <summary>
    /// Computes the scale of each column. The largest weight becomes the largest integer, unless a sum of 32 bits could
    /// overflow.
    /// </summary>
    private double[] ScalesOf(int[] columns, Func<int, int, double> weight)
    {
        var (largest, total) = (new double[Columns], new double[Columns]);
        for (var k = 0; k < Depth; k++)
        {
            for (var j = 0; j < Columns; j++)
            {
                var magnitude = columns[j] < 0 ? 0 : Math.Abs(weight(k, columns[j]));
                largest[j] = Math.Max(largest[j], magnitude);
                total[j] += magnitude;
            }
        }

        // Σ |q| ≤ Σ |w| / scale + Depth / 2, for rounding.
        var most = (double)int.MaxValue / Quantisation.ShortLimit - Depth;
        return _precision switch
        {
            Precision.Int8 => [.. largest.Select(weight => weight / sbyte.MaxValue)],
            Precision.Int16 =>
            [
                .. largest.Zip(total, (w, sum) => Math.Max(w / short.MaxValue, sum / most)),
            ],
            _ => [.. largest.Select(weight => weight / short.MaxValue)],
        };
    }
}
