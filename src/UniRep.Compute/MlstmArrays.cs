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

    /// <summary>Builds a layer from the array of each parameter, asked for in the order of files.</summary>
    /// <param name="arrayOf">Gives the array of a parameter.</param>
    public static LayerArrays Create(Func<MlstmParameter, float[]> arrayOf)
    {
        ArgumentNullException.ThrowIfNull(arrayOf);
        return new LayerArrays
        {
            Wmx = arrayOf(MlstmParameter.Wmx),
            Wmh = arrayOf(MlstmParameter.Wmh),
            Wx = arrayOf(MlstmParameter.Wx),
            Wh = arrayOf(MlstmParameter.Wh),
            B = arrayOf(MlstmParameter.B),
            Gmx = arrayOf(MlstmParameter.Gmx),
            Gmh = arrayOf(MlstmParameter.Gmh),
            Gx = arrayOf(MlstmParameter.Gx),
            Gh = arrayOf(MlstmParameter.Gh),
        };
    }
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

    /// <summary>The matrix of the language-model head, [H, 25].</summary>
    public required float[] HeadW { get; init; }

    /// <summary>The bias of the language-model head, [25].</summary>
    public required float[] HeadB { get; init; }

    /// <summary>Gets an array, row-major.</summary>
    /// <param name="array">One of <see cref="MlstmShape.Parameters"/>.</param>
    public float[] this[ParameterArray array]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(array);
            return array.Parameter.ArrayOf(this, array.Layer ?? 0);
        }
    }

    /// <summary>Builds a model from its arrays, asked for in the order of files.</summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="arrayOf">Gives an array of <see cref="MlstmShape.Parameters"/>, row-major.</param>
    public static MlstmArrays Create(MlstmShape shape, Func<ParameterArray, float[]> arrayOf)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(arrayOf);
        var arrays = new Dictionary<(MlstmParameter, int?), float[]>();
        foreach (var array in shape.Parameters())
        {
            arrays.Add((array.Parameter, array.Layer), arrayOf(array));
        }

        return new MlstmArrays
        {
            Shape = shape,
            Embed = arrays[(MlstmParameter.Embed, null)],
            Layers =
            [
                .. Enumerable
                    .Range(0, shape.Layers)
                    .Select(layer => LayerArrays.Create(parameter => arrays[(parameter, layer)])),
            ],
            HeadW = arrays[(MlstmParameter.HeadW, null)],
            HeadB = arrays[(MlstmParameter.HeadB, null)],
        };
    }

    /// <summary>Checks that the arrays have the sizes of the shape.</summary>
    /// <exception cref="ArgumentException">A size is below 1, or an array has another length.</exception>
    internal void CheckSizes()
    {
        if (Shape.Units < 1 || Shape.Layers < 1 || Shape.Embedding < 1)
        {
            throw new ArgumentException(
                $"A model has at least 1 unit, 1 layer and 1 embedding entry; the shape has {Shape.Units}, "
                    + $"{Shape.Layers} and {Shape.Embedding}.",
                nameof(Shape)
            );
        }

        if (Layers.Count != Shape.Layers)
        {
            throw new ArgumentException(
                $"The shape has {Shape.Layers} layers, the arrays have {Layers.Count}.",
                nameof(Layers)
            );
        }

        foreach (var array in Shape.Parameters())
        {
            Throw.IfLength(this[array], array.Length, array.Name);
        }
    }
}
