namespace UniRep.Compute.Internals;

/// <summary>
/// A matrix in panels of 64 columns, [panel][item][64], in the form that a precision multiplies. Where weights are
/// integers every column has a scale of its own.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>Columns of a panel.</summary>
    public const int Columns = 64;

    private readonly AlignedBuffer _panels;
    private readonly AlignedBuffer? _scales;
    private readonly AlignedBuffer? _starts;
    private readonly Precision _precision;
    private readonly long _panelSize;

    /// <param name="depth">Rows k of the matrix.</param>
    /// <param name="panels">The number of panels.</param>
    /// <param name="columnOf">The column that a panel holds at a place, or -1 for padding.</param>
    /// <param name="weight">The weight at row k and column j, in float64.</param>
    /// <param name="precision">The form to pack into.</param>
    public PackedMatrix(
        int depth,
        int panels,
        Func<int, int, int> columnOf,
        Func<int, int, double> weight,
        Precision precision
    )
    {
        (_precision, Depth) = (precision, depth);
        var perItem = WeightsPerItem(precision);
        Items = (depth + perItem - 1) / perItem;
        _panelSize = (long)Items * Columns / (precision == Precision.Int16Weights ? 2 : 1);
        _panels = new AlignedBuffer(panels * _panelSize);
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
                for (var j = 0; j < Columns; j++)
                {
                    if (columnOf(panel, j) is >= 0 and var column)
                    {
                        PackColumn(panel, j, k => weight(k, column));
                    }
                }
            }
        );
    }

    /// <summary>Rows of the matrix.</summary>
    public int Depth { get; }

    /// <summary>Items of a column.</summary>
    public int Items { get; }

    /// <summary>Bytes of all panels.</summary>
    public long Bytes => sizeof(float) * _panels.Length;

    /// <summary>A panel, [items][64].</summary>
    public float* Panel(int panel) => _panels.Pointer + panel * _panelSize;

    /// <summary>What a unit of each integer weight of a panel is worth, [64]; null if weights are floats.</summary>
    public float* Scales(int panel) =>
        _scales is null ? null : _scales.Pointer + (long)panel * Columns;

    /// <summary>What the sums of a panel start from, [64] integers: what cancels the offset of the rows.</summary>
    public float* Starts(int panel) =>
        _starts is null ? null : _starts.Pointer + (long)panel * Columns;

    public void Dispose()
    {
        _panels.Dispose();
        _scales?.Dispose();
        _starts?.Dispose();
    }

    /// <summary>How many weights, and how many numbers of a row, make an item.</summary>
    public static int WeightsPerItem(Precision precision) =>
        precision switch
        {
            Precision.Int16 => 2,
            Precision.Int8 => 4,
            _ => 1,
        };

    private void PackColumn(int panel, int j, Func<int, double> weight)
    {
        var first = Panel(panel);
        if (_precision == Precision.Exact)
        {
            for (var k = 0; k < Depth; k++)
            {
                first[(long)k * Columns + j] = (float)weight(k);
            }

            return;
        }

        var scale = ScaleOf(weight);
        var sum = 0;
        for (var k = 0; k < Depth; k++)
        {
            var integer = scale == 0 ? 0 : (int)Math.Round(weight(k) / scale);
            sum += integer;
            switch (_precision)
            {
                case Precision.Int16Weights:
                    ((short*)first)[(long)k * Columns + j] = (short)integer;
                    break;
                case Precision.Int16:
                    ((short*)first)[((long)(k / 2) * Columns + j) * 2 + k % 2] = (short)integer;
                    break;
                case Precision.Int8:
                    ((sbyte*)first)[((long)(k / 4) * Columns + j) * 4 + k % 4] = (sbyte)integer;
                    break;
            }
        }

        Scales(panel)[j] = (float)scale;
        ((int*)Starts(panel))[j] =
            _precision == Precision.Int8 ? -Quantisation.ByteOffset * sum : 0;
    }

    /// <summary>
    /// What a unit of a column's integers is worth: the largest weight gets the largest integer, unless a sum of 32 bits
    /// could overflow.
    /// </summary>
    private double ScaleOf(Func<int, double> weight)
    {
        var (largest, total) = (0.0, 0.0);
        for (var k = 0; k < Depth; k++)
        {
            largest = Math.Max(largest, Math.Abs(weight(k)));
            total += Math.Abs(weight(k));
        }

        return _precision switch
        {
            Precision.Int8 => largest / sbyte.MaxValue,
            // Σ |q| ≤ Σ |w| / scale + Depth / 2, for rounding.
            Precision.Int16 => Math.Max(
                largest / short.MaxValue,
                total / ((double)int.MaxValue / Quantisation.ShortLimit - Depth)
            ),
            _ => largest / short.MaxValue,
        };
    }
}
