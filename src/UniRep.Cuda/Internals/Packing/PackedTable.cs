using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>A small table of float32 with a block for each row.</summary>
internal sealed unsafe class PackedTable : PackedBlocks
{
    private readonly int _columns;
    private readonly Func<int, int, float> _value;
    private readonly Func<int, int> _placeOf;

    /// <param name="rows">The number of rows.</param>
    /// <param name="length">The length of a row in memory.</param>
    /// <param name="columns">The number of columns with a value; the rest of a row is zero.</param>
    /// <param name="value">Gives the value of a row and a column.</param>
    /// <param name="placeOf">Gives the place of a column in the row.</param>
    private PackedTable(
        int rows,
        int length,
        int columns,
        Func<int, int, float> value,
        Func<int, int> placeOf
    )
        : base(rows, length * sizeof(float)) =>
        (_columns, _value, _placeOf) = (columns, value, placeOf);

    /// <summary>Gives x · wmx for every token, [26][PaddedUnits].</summary>
    public static PackedTable Multiplicative(
        CudaShape shape,
        float[] embed,
        FoldedWeightMatrix wmx
    ) =>
        new(
            MlstmShape.Tokens,
            shape.PaddedUnits,
            shape.Units,
            (token, column) => Product(shape, embed, token, wmx, column, 0),
            column => column
        );

    /// <summary>
    /// Gives x · wx + b for every token, [26][PaddedUnits / 8][4][8], in the order in which the threads of a step read it: a
    /// thread has two neighbouring units with the gates i, f, o and u of both.
    /// </summary>
    public static PackedTable Gates(
        CudaShape shape,
        float[] embed,
        FoldedWeightMatrix wx,
        float[] bias
    ) =>
        new(
            MlstmShape.Tokens,
            shape.GateRows,
            4 * shape.Units,
            (token, column) => Product(shape, embed, token, wx, column, bias[column]),
            column => ThreadPlace(shape, column)
        );

    /// <summary>Gives b alone, [PaddedUnits / 8][4][8], for a layer above the first.</summary>
    public static PackedTable Bias(CudaShape shape, float[] bias) =>
        new(
            1,
            shape.GateRows,
            4 * shape.Units,
            (_, column) => bias[column],
            column => ThreadPlace(shape, column)
        );

    /// <summary>Gives x · wx + b for every token, [26][4][PaddedUnits], for the latency kernel.</summary>
    public static PackedTable GatesInTurn(
        CudaShape shape,
        float[] embed,
        FoldedWeightMatrix wx,
        float[] bias
    ) =>
        new(
            MlstmShape.Tokens,
            shape.GateRows,
            4 * shape.Units,
            (token, column) => Product(shape, embed, token, wx, column, bias[column]),
            column => column / shape.Units * shape.PaddedUnits + column % shape.Units
        );

    /// <summary>Gives the matrix of the head, [25][PaddedUnits].</summary>
    public static PackedTable Head(CudaShape shape, float[] headW) =>
        new(
            MlstmShape.Classes,
            shape.PaddedUnits,
            shape.Units,
            (row, unit) => headW[unit * MlstmShape.Classes + row],
            unit => unit
        );

    /// <summary>Gives the bias of the head, [25].</summary>
    public static PackedTable HeadBias(float[] headB) =>
        new(1, headB.Length, headB.Length, (_, column) => headB[column], column => column);

    /// <inheritdoc/>
    public override void Fill(int block, byte* target)
    {
        var row = new Span<float>(target, BlockBytes / sizeof(float));
        row.Clear();
        for (var column = 0; column < _columns; column++)
        {
            row[_placeOf(column)] = _value(block, column);
        }
    }

    private static int ThreadPlace(CudaShape shape, int column)
    {
        var (gate, unit) = Math.DivRem(column, shape.Units);
        return unit / 8 * 32 + unit % 8 / 2 * 8 + gate * 2 + unit % 2;
    }

    /// <summary>Computes start + embed · w of a token and a column, in float64.</summary>
    private static float Product(
        CudaShape shape,
        float[] embed,
        int token,
        FoldedWeightMatrix weights,
        int column,
        double start
    )
    {
        var width = shape.Model.Embedding;
        for (var i = 0; i < width; i++)
        {
            start += embed[token * width + i] * weights.At(i, column);
        }

        return (float)start;
    }
}
