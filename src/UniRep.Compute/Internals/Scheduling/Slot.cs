namespace UniRep.Compute.Internals.Scheduling;

/// <summary>One sequence on its way through the engine.</summary>
internal sealed class Slot(long index, ReadOnlyMemory<byte> tokens, Amount amount)
{
    public long Index { get; } = index;

    /// <summary>One sequence, the bytes of its result and its residues.</summary>
    public Amount Amount => amount;

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

    /// <summary>How many of them have been delivered.</summary>
    public int Delivered { get; set; }

    /// <summary>Where it forks off from another sequence; null if it begins at start.</summary>
    public Fork? Origin { get; set; }

    /// <summary>Where others fork off from it, the nearest on top.</summary>
    public Stack<Fork> Forks { get; } = [];

    /// <summary>The length of the longest sequence that waits for it, or its own.</summary>
    public int Reach { get; set; } = tokens.Length;

    /// <summary>The positions from here to the end of the longest sequence that waits for it.</summary>
    public int Remaining => Reach + 1 - Position;

    /// <summary>The lowest index of the sequences that wait for it, or its own.</summary>
    public long FirstIndex { get; set; } = index;

    /// <summary>Whether it was taken to be computed.</summary>
    public bool IsBegun { get; set; }

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

    /// <summary>Makes room for what is wanted of every position.</summary>
    public void AllocateRows(Outputs outputs, int units)
    {
        HiddenStates = outputs.HasFlag(Outputs.HiddenStates)
            ? new float[(long)Steps * units]
            : null;
        Logits = outputs.HasFlag(Outputs.Logits)
            ? new float[(long)Steps * MlstmShape.Classes]
            : null;
    }

    /// <summary>Takes over the states and logits of positions that another sequence has computed.</summary>
    public void CopyRows(Slot other, int positions, int units)
    {
        other.HiddenStates?.AsSpan(0, positions * units).CopyTo(HiddenStates);
        other.Logits?.AsSpan(0, positions * MlstmShape.Classes).CopyTo(Logits);
    }
}
