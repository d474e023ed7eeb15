namespace UniRep.Compute.Internals;

/// <summary>One sequence on its way through the engine.</summary>
internal sealed class Slot(long index, ReadOnlyMemory<byte> tokens)
{
    public long Index => index;

    /// <summary>Residues, without start.</summary>
    public ReadOnlyMemory<byte> Tokens => tokens;

    /// <summary>The positions to compute: start and every residue.</summary>
    public int Steps => tokens.Length + 1;

    /// <summary>The positions done.</summary>
    public int Position { get; set; }

    /// <summary>The same sequence earlier in the chunk, whose result this one shares.</summary>
    public Slot? Twin { get; init; }

    /// <summary>How many sequences of the chunk share this result, itself included.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>Average, final and cell, [3 H], once done.</summary>
    public float[]? Vectors { get; set; }

    /// <summary>[L + 1, H] if asked for.</summary>
    public float[]? HiddenStates { get; set; }

    /// <summary>[L + 1, 25] if asked for.</summary>
    public float[]? Logits { get; set; }

    /// <summary>Whether the result is complete.</summary>
    public bool IsDone { get; set; }

    /// <summary>The token of the position that comes next.</summary>
    public int NextToken => Position == 0 ? MlstmShape.Start : tokens.Span[Position - 1];
}
