using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Packing;

/// <summary>
/// One layer in the form that the kernels read: weight normalisation is folded in, and matrices are packed in panels. A
/// panel of wh or wx holds i, f, o and u of the same 16 units, so that their gates need one tile. In the first layer, the
/// products of x do not depend on the state: they are tabulated per token, in float32.
/// </summary>
internal sealed unsafe class PackedLayer : IDisposable
{
    /// <summary>The number of units in a panel of gates.</summary>
    public const int UnitsPerPanel = 16;

    private const int Columns = PackedMatrix.Columns;
    private readonly AlignedBuffer _gateRows;
    private readonly AlignedBuffer? _multiplicativeRows;

    public PackedLayer(MlstmArrays arrays, int layer, Precision precision, int strip)
    {
        FoldedWeightMatrix Normed(MlstmParameter matrix) =>
            new(matrix.ArrayOf(arrays, layer), matrix.Gain!.ArrayOf(arrays, layer));
        PackedMatrix Multiplicative(FoldedWeightMatrix weight, int depth) =>
            new(depth, MultiplicativePanels, MultiplicativeColumn, weight, precision, strip);
        PackedMatrix Gate(FoldedWeightMatrix weight, int depth) =>
            new(depth, GatePanels, GateColumn, weight, precision, strip);
        var (embed, bias) = (arrays.Embed, arrays.Layers[layer].B);
        var inputs = arrays.Shape.InputWidth(layer);
        Units = arrays.Shape.Units;
        MultiplicativePanels = (Units + Columns - 1) / Columns;
        GatePanels = (Units + UnitsPerPanel - 1) / UnitsPerPanel;
        var (wmx, wx) = (Normed(MlstmParameter.Wmx), Normed(MlstmParameter.Wx));
        Wmh = Multiplicative(Normed(MlstmParameter.Wmh), Units);
        Wh = Gate(Normed(MlstmParameter.Wh), Units);
        if (layer == 0)
        {
            _multiplicativeRows = Tabulate(
                embed,
                wmx,
                null,
                MultiplicativePanels,
                MultiplicativeColumn
            );
            _gateRows = Tabulate(embed, wx, bias, GatePanels, GateColumn);
        }
        else
        {
            Wmx = Multiplicative(wmx, inputs);
            Wx = Gate(wx, inputs);
            _gateRows = new AlignedBuffer((long)GatePanels * Columns);
            FillPanels(_gateRows, 1, GatePanels, GateColumn, (_, column) => bias[column]);
        }
    }

    public int Units { get; }

    /// <summary>The number of panels of wmh and wmx.</summary>
    public int MultiplicativePanels { get; }

    /// <summary>The number of panels of wh and wx.</summary>
    public int GatePanels { get; }

    public PackedMatrix Wmh { get; }

    public PackedMatrix Wh { get; }

    /// <summary>The matrix for the input; null in the first layer, whose products are tabulated.</summary>
    public PackedMatrix? Wmx { get; }

    /// <inheritdoc cref="Wmx"/>
    public PackedMatrix? Wx { get; }

    /// <summary>Gives 64 columns of x · wmx for every token, [token][64]. For the first layer only.</summary>
    public float* MultiplicativeRows(int panel) =>
        _multiplicativeRows!.Pointer + (long)panel * MlstmShape.Tokens * Columns;

    /// <summary>Gives 64 columns of x · wx + b for every token, [token][64]; in deeper layers one row, those of b.</summary>
    public float* GateRows(int panel) =>
        _gateRows.Pointer + (long)panel * (Wx is null ? MlstmShape.Tokens : 1) * Columns;

    /// <summary>The bytes of the matrices that every step reads.</summary>
    public long Bytes => Wmh.Bytes + Wh.Bytes + (Wmx?.Bytes ?? 0) + (Wx?.Bytes ?? 0);

    public void Dispose()
    {
        Wmh.Dispose();
        Wh.Dispose();
        Wmx?.Dispose();
        Wx?.Dispose();
        _gateRows.Dispose();
        _multiplicativeRows?.Dispose();
    }

    /// <summary>Gives the unit in a column of a multiplicative panel, or -1 for padding.</summary>
    private int MultiplicativeColumn(int panel, int column)
    {
        var unit = panel * Columns + column;
        return unit < Units ? unit : -1;
    }

    /// <summary>Gives the gate in a column of a gate panel, or -1 for padding.</summary>
    private int GateColumn(int panel, int column)
    {
        var unit = panel * UnitsPerPanel + column % UnitsPerPanel;
        return unit < Units ? column / UnitsPerPanel * Units + unit : -1;
    }

    /// <summary>Computes embed · w (+ b), [panel][token][64], with sums in float64.</summary>
    private static AlignedBuffer Tabulate(
        float[] embed,
        FoldedWeightMatrix weight,
        float[]? bias,
        int panels,
        Func<int, int, int> columnOf
    )
    {
        var rows = new AlignedBuffer((long)MlstmShape.Tokens * panels * Columns);
        var width = embed.Length / MlstmShape.Tokens;
        FillPanels(
            rows,
            MlstmShape.Tokens,
            panels,
            columnOf,
            (token, column) =>
            {
                double sum = bias is null ? 0 : bias[column];
                for (var i = 0; i < width; i++)
                {
                    sum += embed[token * width + i] * weight.At(i, column);
                }

                return (float)sum;
            }
        );
        return rows;
    }

    /// <summary>Fills the rows of every panel, [panel][row][64].</summary>
    private static void FillPanels(
        AlignedBuffer target,
        int rows,
        int panels,
        Func<int, int, int> columnOf,
        Func<int, int, float> value
    ) =>
        Parallel.For(
            0,
            panels,
            panel =>
            {
                for (var row = 0; row < rows; row++)
                {
                    var slice = target.Span.Slice((panel * rows + row) * Columns, Columns);
                    for (var at = 0; at < Columns; at++)
                    {
                        var column = columnOf(panel, at);
                        slice[at] = column < 0 ? 0 : value(row, column);
                    }
                }
            }
        );
}
