using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>The rows of a product as a precision wants them: the floats themselves, or integers and the worth of a unit.</summary>
internal sealed unsafe class Operand : IDisposable
{
    private readonly AlignedBuffer? _integers;

    /// <param name="rows">The most rows.</param>
    /// <param name="length">The most numbers in a row.</param>
    /// <param name="precision">What the numbers become.</param>
    public Operand(int rows, int length, Precision precision)
    {
        Scales = new float[rows];
        if (PackedMatrix.WeightsPerItem(precision) is > 1 and var perItem)
        {
            // Off powers of two, lest the rows of a block fall into the same cache sets.
            Stride = Quantisation.WholeBlocks(length) / perItem + 16;
            _integers = new AlignedBuffer(rows * Stride);
            Rows = _integers.Pointer;
        }
        else
        {
            Array.Fill(Scales, 1f);
        }
    }

    /// <summary>Items of 32 bits, [rows][Stride].</summary>
    public float* Rows { get; private set; }

    /// <summary>Items from one row to the next.</summary>
    public nint Stride { get; private set; }

    /// <summary>What a unit of each row is worth.</summary>
    public float[] Scales { get; }

    /// <summary>Refers to rows of floats where they lie.</summary>
    public void Refer(float* rows, nint stride)
    {
        Rows = rows;
        Stride = stride;
    }

    public void Dispose() => _integers?.Dispose();
}
