using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products.Emission;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>The product with integer weights: sums of one panel, which are then scaled and added to the tile.</summary>
internal sealed unsafe class ScaledProduct<TSimd, TForm, TVector>(
    Precision precision,
    EmittedKernels? emitted
) : Product
    where TSimd : struct, ISimd<TVector>
    where TForm : struct, IWeightForm<TVector>
    where TVector : struct
{
    public override bool IsEmitted => emitted is not null;

    public override void Prepare(float* a, nint stride, int length, int rows, Operand operand)
    {
        if (precision == Precision.Int16Weights)
        {
            operand.Refer(a, stride);
            return;
        }

        var whole = Quantisation.WholeBlocks(length);
        for (var row = 0; row < rows; row++)
        {
            var source = a + row * stride;
            var target = operand.Rows + row * operand.Stride;
            operand.Scales[row] =
                precision == Precision.Int8
                    ? Quantisation.ToBytes<TSimd, TVector>(source, whole, (byte*)target)
                    : Quantisation.ToShorts<TSimd, TVector>(source, whole, (short*)target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyAdd(
        Operand operand,
        int rows,
        PackedMatrix matrix,
        int panel,
        float* next,
        float* tile,
        float* scratch
    )
    {
        const int Columns = PackedMatrix.Columns;
        var starts = new ReadOnlySpan<float>(matrix.Starts(panel), Columns);
        for (var row = 0; row < rows; row++)
        {
            starts.CopyTo(new Span<float>(scratch + row * Columns, Columns));
        }

        PanelProduct<TSimd, TForm, TVector>.Multiply(
            operand.Rows,
            operand.Stride,
            rows,
            matrix.Panel(panel),
            matrix.Strip,
            matrix.Items,
            scratch,
            next,
            emitted
        );
        var scales = matrix.Scales(panel);
        for (var column = 0; column < Columns; column += TSimd.Width)
        {
            var scale = TSimd.Load(scales + column);
            for (var row = 0; row < rows; row++)
            {
                var at = row * Columns + column;
                var unit = TSimd.Multiply(TSimd.Broadcast(operand.Scales[row]), scale);
                var sum = TForm.ToFloat(TSimd.Load(scratch + at));
                TSimd.Store(TSimd.MultiplyAdd(sum, unit, TSimd.Load(tile + at)), tile + at);
            }
        }
    }
}
