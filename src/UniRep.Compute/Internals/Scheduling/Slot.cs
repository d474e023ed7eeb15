namespace UniRep.Compute.Internals.Scheduling;

/// <summary>One sequence on its way through the engine.</summary>
internal class Slot(
    long index,
    ReadOnlyMemory<byte> tokens,
    InputSize size,
    int firstToken = MlstmShape.Start
)
{
    private bool _isUnwanted;

    /// <summary>The position of the sequence in the input, from 0.</summary>
    public long Index { get; } = index;

    /// <summary>The size of this one sequence.</summary>
    public InputSize Size => size;

    /// <summary>The residues, without the first token.</summary>
    public ReadOnlyMemory<byte> Tokens => tokens;

    /// <summary>The token before the first residue.</summary>
    public int FirstToken => firstToken;

    /// <summary>The number of positions to compute: the start token and every residue.</summary>
    public int Steps => tokens.Length + 1;

    /// <summary>The number of positions done.</summary>
    public int Position { get; set; }

    /// <summary>The same sequence earlier in the chunk, whose result this one shares; null if there is none.</summary>
    public Slot? DuplicateOf { get; init; }

    /// <summary>The number of sequences of the chunk that share this result, itself included.</summary>
    public int Copies { get; set; } = 1;

    /// <summary>The number of copies that have been delivered.</summary>
    public int Delivered { get; set; }

    /// <summary>The point where it branches off from another sequence; null if it begins at the start token.</summary>
    public BranchPoint? Origin { get; set; }

    /// <summary>The points where others branch off from it, the nearest on top.</summary>
    public Stack<BranchPoint> Branches { get; } = [];

    /// <summary>The length of the longest sequence that waits for it, or its own.</summary>
    public int Reach { get; set; } = tokens.Length;

    /// <summary>The positions from here to the end of the longest sequence that waits for it.</summary>
    public int Remaining => Reach + 1 - Position;

    /// <summary>The lowest index of the sequences that wait for it, or its own.</summary>
    public long FirstIndex { get; set; } = index;

    /// <summary>Whether a lane has taken it.</summary>
    public bool IsBegun { get; set; }

    /// <summary>Average, final and cell, [3 H], once done.</summary>
    public float[]? Vectors { get; set; }

    /// <summary>The hidden states, [L + 1, H], if asked for.</summary>
    public float[]? HiddenStates { get; set; }

    /// <summary>The logits, [L + 1, 25], if asked for.</summary>
    public float[]? Logits { get; set; }

    /// <summary>Whether nobody wants the result any more. The lane that computes it is freed at the next step.</summary>
    public bool IsUnwanted
    {
        get => Volatile.Read(ref _isUnwanted);
        set => Volatile.Write(ref _isUnwanted, value);
    }

    /// <summary>Whether the result is complete.</summary>
    public bool IsDone { get; set; }

    /// <summary>The token of the next position.</summary>
    public virtual int NextToken => Position == 0 ? firstToken : tokens.Span[Position - 1];

    /// <summary>Whether it needs the logits of the position that is being computed.</summary>
    public virtual bool NeedsLogits => Logits is not null;

    /// <summary>Whether all its positions are done.</summary>
    public virtual bool HasEnded => Position == Steps;

    /// <summary>The state that it begins at, if some of its positions are done when it takes a lane.</summary>
    public virtual ReadOnlySpan<float> Beginning => Position > 0 ? Origin!.State : [];

    /// <summary>Allocates the outputs of every position that are asked for.</summary>
    public void AllocateRows(Outputs outputs, int units)
    {
        HiddenStates = outputs.HasFlag(Outputs.HiddenStates)
            ? new float[(long)Steps * units]
            : null;
        Logits = outputs.HasFlag(Outputs.Logits)
            ? new float[(long)Steps * MlstmShape.Classes]
            : null;
    }

    /// <summary>Takes a lane, which holds the state that it begins at.</summary>
    public virtual void Begin(IStepStates states, int lane) { }

    /// <summary>Takes the outputs of its position, before it is counted as done.</summary>
    public virtual void Keep(in StepOutput output)
    {
        if (HiddenStates is { } rows)
        {
            var h = output.Hidden;
            h.CopyTo(rows.AsSpan(Position * h.Length));
        }

        if (Logits is { } logits)
        {
            output.Logits.CopyTo(logits.AsSpan(Position * MlstmShape.Classes));
        }
    }

    /// <summary>Takes average, final and cell, once it has ended.</summary>
    public virtual void KeepVectors(in StepOutput output) => output.CopyVectors(Vectors);

    /// <summary>Copies hidden states and logits of the first positions from another sequence.</summary>
    public void CopyRows(Slot other, int positions, int units)
    {
        other.HiddenStates?.AsSpan(0, positions * units).CopyTo(HiddenStates);
        other.Logits?.AsSpan(0, positions * MlstmShape.Classes).CopyTo(Logits);
    }
}
