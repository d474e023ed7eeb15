namespace UniRep.Compute.Internals.Packing;

/// <summary>A matrix as it is packed from, [rows][columns].</summary>
internal interface IWeightMatrix
{
    /// <summary>The weight of row k and column j.</summary>
    double At(int k, int j);

    /// <summary>The weights of row k from column j on, as many as fit.</summary>
    void CopyTo(Span<float> target, int k, int j);
}
