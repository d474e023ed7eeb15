namespace UniRep.Compute;

/// <summary>The sizes of a model.</summary>
/// <param name="Units">The number of hidden units H of each layer.</param>
/// <param name="Layers">The number of layers. Each reads the hidden state of the layer below.</param>
/// <param name="Embedding">The length E of the embedding of a token.</param>
public sealed record MlstmShape(int Units, int Layers, int Embedding = 10)
{
    /// <summary>The number of tokens: padding, 22 letters, one for X, Z, B and J, start, stop.</summary>
    public const int Tokens = 26;

    /// <summary>The number of classes of the language-model head. Class k is token k + 1.</summary>
    public const int Classes = 25;

    /// <summary>The token before the first residue.</summary>
    public const int Start = 24;

    /// <summary>The token after the last residue.</summary>
    public const int Stop = 25;

    /// <summary>Gets the number of gates G of a layer: i, f, o and u of every unit, in this order.</summary>
    public int Gates => 4 * Units;

    /// <summary>Gives the width d of the input of a layer: E for the first layer, H for the others.</summary>
    /// <param name="layer">The layer, from 0.</param>
    public int InputWidth(int layer) => layer == 0 ? Embedding : Units;

    /// <summary>Lists the arrays of a model of this shape, in the order of files.</summary>
    public IReadOnlyList<ParameterArray> Parameters() =>
        [
            ArrayOf(MlstmParameter.Embed, null),
            .. Enumerable
                .Range(0, Layers)
                .SelectMany(layer =>
                    MlstmParameter.OfLayer.Select(parameter => ArrayOf(parameter, layer))
                ),
            ArrayOf(MlstmParameter.HeadW, null),
            ArrayOf(MlstmParameter.HeadB, null),
        ];

    private ParameterArray ArrayOf(MlstmParameter parameter, int? layer) =>
        new(parameter, layer, parameter.Rows(this, layer ?? 0), parameter.Columns(this));
}
