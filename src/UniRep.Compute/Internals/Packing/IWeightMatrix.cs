namespace UniRep.Compute.Internals.Packing;

/// <summary>A matrix to pack, [rows][columns].</summary>
internal interface IWeightMatrix
{
    /// <summary>Gives the weight of row k and column j.</summary>
    double At(int k, int j);

    /// <summary>Copies the weights of row k, from column j, until the target is full.</summary>
    void CopyTo(Span<float> target, int k, int j);
}
