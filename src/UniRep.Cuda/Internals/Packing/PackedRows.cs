using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// A matrix with an output in each row, in bfloat16. Rows of wmh and wmx are units. Rows of wh and wx stand in groups of 32,
/// the gates i, f, o and u of 8 units, so that a thread of a kernel gets all gates of its units.
/// </summary>
internal sealed unsafe class PackedRows : PackedBlocks
{
    /// <summary>The number of units of a block.</summary>
    private const int BlockUnits = 32;

    /// <summary>The number of inputs that are transposed at a time.</summary>
    private const int Inputs = 64;

    /// <summary>The number of units whose gates stand together.</summary>
    private const int GroupUnits = 8;

    private readonly CudaShape _shape;
    private readonly FoldedWeightMatrix _weights;
    private readonly int _gates;

    private PackedRows(CudaShape shape, FoldedWeightMatrix weights, int gates, int rows)
        : base(rows / (gates * BlockUnits), gates * BlockUnits * shape.Width * sizeof(ushort)) =>
        (_shape, _weights, _gates) = (shape, weights, gates);

    /// <summary>Gives [MatrixRows][Width] of wmh or wmx.</summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="weights">The matrix, [Units][Units].</param>
    public static PackedRows Multiplicative(CudaShape shape, FoldedWeightMatrix weights) =>
        new(shape, weights, 1, shape.MatrixRows);

    /// <summary>Gives [GateRows][Width] of wh or wx.</summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="weights">The matrix, [Units][4 · Units].</param>
    public static PackedRows Gates(CudaShape shape, FoldedWeightMatrix weights) =>
        new(shape, weights, 4, shape.GateRows);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Fill(int block, byte* target)
    {
        var first = block * BlockUnits;
        var units = Math.Min(BlockUnits, _shape.Units - first);
        if (units <= 0)
        {
            new Span<byte>(target, BlockBytes).Clear();
            return;
        }

        var columns = _gates * BlockUnits;
        var buffer = stackalloc float[Inputs * columns];
        for (var k = 0; k < _shape.PaddedUnits; k += Inputs)
        {
            new Span<float>(buffer, Inputs * columns).Clear();
            for (var input = 0; input < Inputs && k + input < _shape.Units; input++)
            {
                for (var gate = 0; gate < _gates; gate++)
                {
                    var row = buffer + input * columns + gate * BlockUnits;
                    _weights.CopyTo(
                        new Span<float>(row, units),
                        k + input,
                        gate * _shape.Units + first
                    );
                }
            }

            for (var row = 0; row < columns; row++)
            {
                var at = (ushort*)target + (long)row * _shape.Width + k;
                Round(buffer + ColumnOf(row), columns, at);
            }
        }
    }

    /// <summary>Gives the column of the buffer, [gate][unit], that a row of the block holds.</summary>
    private int ColumnOf(int row)
    {
        var (group, place) = Math.DivRem(row, _gates * GroupUnits);
        var (gate, unit) = Math.DivRem(place, GroupUnits);
        return gate * BlockUnits + group * GroupUnits + unit;
    }

    /// <summary>Rounds a column of the buffer into a row.</summary>
    private void Round(float* column, int stride, ushort* row)
    {
        for (var input = 0; input < Inputs; input++)
        {
            var value = column[input * stride];
            var high = BFloat16Bits.Of(value);
            row[input] = high;
            if (_shape.IsExact)
            {
                row[_shape.PaddedUnits + input] = BFloat16Bits.RestOf(value, high);
            }
        }
    }
}
