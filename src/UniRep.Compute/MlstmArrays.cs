namespace UniRep.Compute;

/// <summary>
/// The raw parameters of one layer before weight normalisation, row-major; d is the layer's input width.
/// </summary>
public sealed record LayerArrays
{
    /// <summary>x → m, [d, H].</summary>
    public required float[] Wmx { get; init; }

    /// <summary>h → m, [H, H].</summary>
    public required float[] Wmh { get; init; }

    /// <summary>x → gates, [d, 4H].</summary>
    public required float[] Wx { get; init; }

    /// <summary>m → gates, [H, 4H].</summary>
    public required float[] Wh { get; init; }

    /// <summary>The bias of the gates, [4H].</summary>
    public required float[] B { get; init; }

    /// <summary>The gain of wmx, [H].</summary>
    public required float[] Gmx { get; init; }

    /// <summary>The gain of wmh, [H].</summary>
    public required float[] Gmh { get; init; }

    /// <summary>The gain of wx, [4H].</summary>
    public required float[] Gx { get; init; }

    /// <summary>The gain of wh, [4H]; may be negative.</summary>
    public required float[] Gh { get; init; }
}

/// <summary>All raw parameters of a model. The engine copies what it needs.</summary>
public sealed record MlstmArrays
{
    /// <summary>The sizes that the arrays have.</summary>
    public required MlstmShape Shape { get; init; }

    /// <summary>The token embedding, [26, E].</summary>
    public required float[] Embed { get; init; }

    /// <summary>The layers, the one next to the embedding first.</summary>
    public required IReadOnlyList<LayerArrays> Layers { get; init; }

    /// <summary>The language-model head's matrix, [H, 25].</summary>
    public required float[] HeadW { get; init; }

    /// <summary>The language-model head's bias, [25].</summary>
    public required float[] HeadB { get; init; }
}
