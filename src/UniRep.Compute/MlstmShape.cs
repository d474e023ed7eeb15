namespace UniRep.Compute;

/// <summary>The sizes of a model: H units in each of its layers, E entries of the token embedding.</summary>
/// <param name="Units">Hidden units H of every layer.</param>
/// <param name="Layers">Layers, each reading the hidden state of the one below.</param>
/// <param name="Embedding">Entries E of a token's embedding.</param>
public sealed record MlstmShape(int Units, int Layers, int Embedding = 10)
{
    /// <summary>Input tokens: padding, 22 letters, one id for X, Z, B and J, start, stop.</summary>
    public const int Tokens = 26;

    /// <summary>Classes of the language-model head; class k stands for token k + 1.</summary>
    public const int Classes = 25;

    /// <summary>The token before the first residue.</summary>
    public const int Start = 24;

    /// <summary>The token after the last residue.</summary>
    public const int Stop = 25;

    /// <summary>Gates G of a layer: i, f, o, u of every unit, in this order.</summary>
    public int Gates => 4 * Units;

    /// <summary>Gives the width d of a layer's input: E for the first layer, H after.</summary>
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
