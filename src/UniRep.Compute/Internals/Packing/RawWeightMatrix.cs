namespace UniRep.Compute.Internals.Packing;

/// <summary>A matrix without weight normalisation, [rows][columns].</summary>
internal sealed class RawWeightMatrix(float[] w, int columns) : IWeightMatrix
{
    public double At(int k, int j) => w[k * columns + j];

    public void CopyTo(Span<float> target, int k, int j) =>
        w.AsSpan(k * columns + j, target.Length).CopyTo(target);
}
