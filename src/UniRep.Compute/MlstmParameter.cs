namespace UniRep.Compute;

/// <summary>What the numbers of a parameter do.</summary>
public enum ParameterKind
{
    /// <summary>The vectors of the tokens: embed.</summary>
    Embedding,

    /// <summary>A matrix of a layer, under weight normalisation: wmx, wmh, wx, wh.</summary>
    Matrix,

    /// <summary>The bias of a layer's gates: b.</summary>
    Bias,

    /// <summary>The gain of each column of a matrix: gmx, gmh, gx, gh.</summary>
    Gain,

    /// <summary>The matrix of the language-model head: head.w.</summary>
    HeadMatrix,

    /// <summary>The bias of the language-model head: head.b.</summary>
    HeadBias,
}

/// <summary>
/// A parameter of the multiplicative LSTM: its name, its kind and its size. The engine lists the parameters only here; size
/// checks, packing and training go through the list. <see cref="MlstmShape.Parameters"/> gives the arrays of one model.
/// </summary>
public sealed class MlstmParameter
{
    private readonly Func<MlstmShape, int, int> _rows;
    private readonly Func<MlstmShape, int> _columns;
    private readonly Func<MlstmArrays, int, float[]> _arrayOf;

    private MlstmParameter(
        string name,
        ParameterKind kind,
        Func<MlstmShape, int, int> rows,
        Func<MlstmShape, int> columns,
        Func<MlstmArrays, int, float[]> arrayOf,
        MlstmParameter? gain = null
    )
    {
        (Name, Kind, Gain) = (name, kind, gain);
        (_rows, _columns, _arrayOf) = (rows, columns, arrayOf);
    }

    /// <summary>Gets the token embedding, [26, E].</summary>
    public static MlstmParameter Embed { get; } =
        new(
            "embed",
            ParameterKind.Embedding,
            (_, _) => MlstmShape.Tokens,
            shape => shape.Embedding,
            (arrays, _) => arrays.Embed
        );

    /// <summary>Gets the gain of wmx, [H].</summary>
    public static MlstmParameter Gmx { get; } =
        Vector("gmx", ParameterKind.Gain, Units, layer => layer.Gmx);

    /// <summary>Gets the gain of wmh, [H].</summary>
    public static MlstmParameter Gmh { get; } =
        Vector("gmh", ParameterKind.Gain, Units, layer => layer.Gmh);

    /// <summary>Gets the gain of wx, [4H].</summary>
    public static MlstmParameter Gx { get; } =
        Vector("gx", ParameterKind.Gain, Gates, layer => layer.Gx);

    /// <summary>Gets the gain of wh, [4H].</summary>
    public static MlstmParameter Gh { get; } =
        Vector("gh", ParameterKind.Gain, Gates, layer => layer.Gh);

    /// <summary>Gets the bias of the gates, [4H].</summary>
    public static MlstmParameter B { get; } =
        Vector("b", ParameterKind.Bias, Gates, layer => layer.B);

    /// <summary>Gets the matrix from x to m, [d, H].</summary>
    public static MlstmParameter Wmx { get; } =
        Matrix("wmx", InputWidth, Units, layer => layer.Wmx, Gmx);

    /// <summary>Gets the matrix from h to m, [H, H].</summary>
    public static MlstmParameter Wmh { get; } =
        Matrix("wmh", StateWidth, Units, layer => layer.Wmh, Gmh);

    /// <summary>Gets the matrix from x to the gates, [d, 4H].</summary>
    public static MlstmParameter Wx { get; } =
        Matrix("wx", InputWidth, Gates, layer => layer.Wx, Gx);

    /// <summary>Gets the matrix from m to the gates, [H, 4H].</summary>
    public static MlstmParameter Wh { get; } =
        Matrix("wh", StateWidth, Gates, layer => layer.Wh, Gh);

    /// <summary>Gets the matrix of the language-model head, [H, 25].</summary>
    public static MlstmParameter HeadW { get; } =
        new(
            "head.w",
            ParameterKind.HeadMatrix,
            StateWidth,
            _ => MlstmShape.Classes,
            (arrays, _) => arrays.HeadW
        );

    /// <summary>Gets the bias of the language-model head, [25].</summary>
    public static MlstmParameter HeadB { get; } =
        new(
            "head.b",
            ParameterKind.HeadBias,
            (_, _) => 1,
            _ => MlstmShape.Classes,
            (arrays, _) => arrays.HeadB
        );

    /// <summary>Gets the parameters of one layer, in the order of files.</summary>
    public static IReadOnlyList<MlstmParameter> OfLayer { get; } =
    [Wmx, Wmh, Wx, Wh, B, Gmx, Gmh, Gx, Gh];

    /// <summary>Gets every parameter, those of a layer once, in the order of files.</summary>
    public static IReadOnlyList<MlstmParameter> All { get; } = [Embed, .. OfLayer, HeadW, HeadB];

    /// <summary>Gets the name: embed, wmx, head.w.</summary>
    public string Name { get; }

    /// <summary>Gets the kind.</summary>
    public ParameterKind Kind { get; }

    /// <summary>Gets the gain of the columns of this matrix; null for anything but a matrix of a layer.</summary>
    public MlstmParameter? Gain { get; }

    /// <summary>Gets whether every layer has one.</summary>
    public bool IsOfLayer =>
        Kind is ParameterKind.Matrix or ParameterKind.Bias or ParameterKind.Gain;

    /// <summary>Gets whether it belongs to the language-model head.</summary>
    public bool IsOfHead => Kind is ParameterKind.HeadMatrix or ParameterKind.HeadBias;

    /// <summary>Gets whether it has one dimension: a bias or a gain.</summary>
    public bool IsVector =>
        Kind is ParameterKind.Bias or ParameterKind.Gain or ParameterKind.HeadBias;

    /// <summary>Gives the number of rows; 1 for a vector.</summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="layer">The layer, from 0; ignored where <see cref="IsOfLayer"/> is false.</param>
    public int Rows(MlstmShape shape, int layer)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return _rows(shape, layer);
    }

    /// <summary>Gives the number of columns.</summary>
    /// <param name="shape">The sizes of the model.</param>
    public int Columns(MlstmShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return _columns(shape);
    }

    /// <summary>Gives the array of this parameter, row-major.</summary>
    /// <param name="arrays">The parameters of a model.</param>
    /// <param name="layer">The layer, from 0; ignored where <see cref="IsOfLayer"/> is false.</param>
    public float[] ArrayOf(MlstmArrays arrays, int layer)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        return _arrayOf(arrays, layer);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static MlstmParameter Vector(
        string name,
        ParameterKind kind,
        Func<MlstmShape, int> columns,
        Func<LayerArrays, float[]> arrayOf
    ) => new(name, kind, (_, _) => 1, columns, (arrays, layer) => arrayOf(arrays.Layers[layer]));

    private static MlstmParameter Matrix(
        string name,
        Func<MlstmShape, int, int> rows,
        Func<MlstmShape, int> columns,
        Func<LayerArrays, float[]> arrayOf,
        MlstmParameter gain
    ) =>
        new(
            name,
            ParameterKind.Matrix,
            rows,
            columns,
            (arrays, layer) => arrayOf(arrays.Layers[layer]),
            gain
        );

    private static int InputWidth(MlstmShape shape, int layer) => shape.InputWidth(layer);

    private static int StateWidth(MlstmShape shape, int layer) => shape.Units;

    private static int Units(MlstmShape shape) => shape.Units;

    private static int Gates(MlstmShape shape) => shape.Gates;
}
