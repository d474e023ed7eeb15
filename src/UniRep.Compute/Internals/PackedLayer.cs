namespace UniRep.Compute.Internals;

/// <summary>
/// One layer in the form the kernels read: weight norm folded, matrices in panels of 64 columns, [panel][k][64]. A
/// panel of wh or wx holds i, f, o and u of the same 16 units, so that the gates run on one tile. What does not depend
/// on the state is tabulated: in the first layer per token.
/// </summary>
internal sealed unsafe class PackedLayer : IDisposable
{
    /// <summary>Columns of a panel.</summary>
    public const int Columns = 64;

    /// <summary>Units of a panel of gates.</summary>
    public const int UnitsPerPanel = 16;

    private readonly AlignedBuffer _wmh;
    private readonly AlignedBuffer _wh;
    private readonly AlignedBuffer? _wmx;
    private readonly AlignedBuffer? _wx;
    private readonly AlignedBuffer _gateRows;
    private readonly AlignedBuffer? _multiplicativeRows;

    public PackedLayer(MlstmShape shape, int layer, LayerArrays raw, float[] embed)
    {
        var (units, gates, inputs) = (shape.Units, shape.Gates, shape.InputWidth(layer));
        Units = units;
        MultiplicativePanels = (units + Columns - 1) / Columns;
        GatePanels = (units + UnitsPerPanel - 1) / UnitsPerPanel;
        var wmhScale = WeightNorm.Scale(raw.Wmh, raw.Gmh);
        var whScale = WeightNorm.Scale(raw.Wh, raw.Gh);
        var wmxScale = WeightNorm.Scale(raw.Wmx, raw.Gmx);
        var wxScale = WeightNorm.Scale(raw.Wx, raw.Gx);
        _wmh = Pack(raw.Wmh, wmhScale, units, MultiplicativePanels, MultiplicativeColumn);
        _wh = Pack(raw.Wh, whScale, units, GatePanels, GateColumn);
        if (layer == 0)
        {
            _multiplicativeRows = Tabulate(
                embed,
                raw.Wmx,
                wmxScale,
                null,
                MultiplicativePanels,
                MultiplicativeColumn
            );
            _gateRows = Tabulate(embed, raw.Wx, wxScale, raw.B, GatePanels, GateColumn);
        }
        else
        {
            _wmx = Pack(raw.Wmx, wmxScale, inputs, MultiplicativePanels, MultiplicativeColumn);
            _wx = Pack(raw.Wx, wxScale, inputs, GatePanels, GateColumn);
            _gateRows = new AlignedBuffer((long)GatePanels * Columns);
            Spread(_gateRows.Span, GatePanels, GateColumn, column => raw.B[column]);
        }

        IsFirst = layer == 0;
    }

    public bool IsFirst { get; }

    public int Units { get; }

    /// <summary>Panels of wmh and wmx.</summary>
    public int MultiplicativePanels { get; }

    /// <summary>Panels of wh and wx.</summary>
    public int GatePanels { get; }

    public float* Wmh(int panel) => _wmh.Pointer + (long)panel * Units * Columns;

    public float* Wh(int panel) => _wh.Pointer + (long)panel * Units * Columns;

    /// <summary>A panel of wmx; deeper layers only.</summary>
    public float* Wmx(int panel) => _wmx!.Pointer + (long)panel * Units * Columns;

    /// <summary>A panel of wx; deeper layers only.</summary>
    public float* Wx(int panel) => _wx!.Pointer + (long)panel * Units * Columns;

    /// <summary>x · wmx of a token, 64 columns of it; first layer only.</summary>
    public float* MultiplicativeRow(int token, int panel) =>
        _multiplicativeRows!.Pointer + ((long)token * MultiplicativePanels + panel) * Columns;

    /// <summary>x · wx + b of a token, 64 columns of it; in deeper layers b, whatever the token.</summary>
    public float* GateRow(int token, int panel) =>
        _gateRows.Pointer
        + (IsFirst ? ((long)token * GatePanels + panel) * Columns : (long)panel * Columns);

    /// <summary>Bytes of the matrices that every step reads.</summary>
    public long Bytes =>
        sizeof(float) * (_wmh.Length + _wh.Length + (_wmx?.Length ?? 0) + (_wx?.Length ?? 0));

    public void Dispose()
    {
        _wmh.Dispose();
        _wh.Dispose();
        _wmx?.Dispose();
        _wx?.Dispose();
        _gateRows.Dispose();
        _multiplicativeRows?.Dispose();
    }

    /// <summary>The unit in a column of a multiplicative panel, or -1 for padding.</summary>
    private int MultiplicativeColumn(int panel, int column)
    {
        var unit = panel * Columns + column;
        return unit < Units ? unit : -1;
    }

    /// <summary>The gate in a column of a gate panel, or -1 for padding.</summary>
    private int GateColumn(int panel, int column)
    {
        var unit = panel * UnitsPerPanel + column % UnitsPerPanel;
        return unit < Units ? column / UnitsPerPanel * Units + unit : -1;
    }

    private static AlignedBuffer Pack(
        float[] v,
        double[] scale,
        int depth,
        int panels,
        Func<int, int, int> columnOf
    )
    {
        var packed = new AlignedBuffer((long)panels * depth * Columns);
        var columns = scale.Length;
        Parallel.For(
            0,
            panels,
            panel =>
            {
                var target = packed.Pointer + (long)panel * depth * Columns;
                for (var j = 0; j < Columns; j++)
                {
                    var column = columnOf(panel, j);
                    for (var k = 0; k < depth && column >= 0; k++)
                    {
                        target[(long)k * Columns + j] = (float)(
                            v[(long)k * columns + column] * scale[column]
                        );
                    }
                }
            }
        );
        return packed;
    }

    /// <summary>embed · w (+ b) for every token, summed in float64.</summary>
    private static AlignedBuffer Tabulate(
        float[] embed,
        float[] v,
        double[] scale,
        float[]? bias,
        int panels,
        Func<int, int, int> columnOf
    )
    {
        var rows = new AlignedBuffer((long)MlstmShape.Tokens * panels * Columns);
        var (columns, width) = (scale.Length, embed.Length / MlstmShape.Tokens);
        for (var token = 0; token < MlstmShape.Tokens; token++)
        {
            var x = embed.AsMemory(token * width, width);
            Spread(
                rows.Span.Slice(token * panels * Columns, panels * Columns),
                panels,
                columnOf,
                column =>
                {
                    double sum = bias is null ? 0 : bias[column];
                    for (var i = 0; i < width; i++)
                    {
                        sum += x.Span[i] * (v[(long)i * columns + column] * scale[column]);
                    }

                    return (float)sum;
                }
            );
        }

        return rows;
    }

    private static void Spread(
        Span<float> target,
        int panels,
        Func<int, int, int> columnOf,
        Func<int, float> value
    )
    {
        for (var at = 0; at < panels * Columns; at++)
        {
            var column = columnOf(at / Columns, at % Columns);
            target[at] = column < 0 ? 0 : value(column);
        }
    }
}
