using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Products;

/// <summary>The product of floats with floats.</summary>
internal sealed unsafe class ExactProduct<TSimd, TVector> : Product
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Prepare(float* a, nint stride, int length, int rows, Operand operand) =>
        operand.Refer(a, stride);

    public override void MultiplyAdd(
        Operand operand,
        int rows,
        PackedMatrix matrix,
        int panel,
        float* next,
        float* tile,
        float* scratch
    ) =>
        PanelProduct<TSimd, Floats<TSimd, TVector>, TVector>.Multiply(
            operand.Rows,
            operand.Stride,
            rows,
            matrix.Panel(panel),
            matrix.Strip,
            matrix.Items,
            tile,
            next
        );
}
