using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>The rows of a product in the form of a precision: floats, or integers with a scale for each row.</summary>
internal sealed unsafe class Operand : IDisposable
{
    private readonly AlignedBuffer? _integers;

    /// <param name="rows">The largest number of rows.</param>
    /// <param name="length">The largest length of a row.</param>
    /// <param name="precision">The precision of the product.</param>
    public Operand(int rows, int length, Precision precision)
    {
        Scales = new float[rows];
        if (PackedMatrix.WeightsPerItem(precision) is > 1 and var perItem)
        {
            // Not a power of two: the rows of a block would share cache sets.
            Stride = Quantisation.WholeBlocks(length) / perItem + 16;
            _integers = new AlignedBuffer(rows * Stride);
            Rows = _integers.Pointer;
        }
        else
        {
            Array.Fill(Scales, 1f);
        }
    }

    /// <summary>The rows in items of 32 bits, [rows][Stride].</summary>
    public float* Rows { get; private set; }

    /// <summary>The number of items from one row to the next.</summary>
    public nint Stride { get; private set; }

    /// <summary>The scale of each row: the value of the integer 1.</summary>
    public float[] Scales { get; }

    /// <summary>Uses rows of floats in place.</summary>
    public void Refer(float* rows, nint stride)
    {
        Rows = rows;
        Stride = stride;
    }

    public void Dispose() => _integers?.Dispose();
}
