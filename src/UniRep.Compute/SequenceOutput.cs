namespace UniRep.Compute;

/// <summary>What a run computes besides the three vectors of every sequence.</summary>
[Flags]
public enum Outputs
{
    /// <summary>Average, final and cell vector only.</summary>
    Vectors = 0,

    /// <summary>The top layer's hidden state at every position.</summary>
    HiddenStates = 1,

    /// <summary>The logits of the next token at every position.</summary>
    Logits = 2,
}

/// <summary>Where a run takes its sequences from; called by one thread at a time, not always the same.</summary>
public interface ISequenceSource
{
    /// <summary>Gives the next sequence.</summary>
    /// <param name="tokens">The tokens of its residues, without start; they must not change until the run ends.</param>
    /// <returns>Whether there was one.</returns>
    bool TryRead(out ReadOnlyMemory<byte> tokens);

    /// <summary>
    /// Gets whether reading never waits, because the sequences are in memory. Any other source is read on a thread of its
    /// own: while it lets its reader wait, the sequences that it has given are computed and delivered.
    /// </summary>
    bool IsAtHand => false;
}

/// <summary>Where a run puts its results: in the order of the input, one call at a time.</summary>
public interface ISequenceSink
{
    /// <summary>Takes the result of one sequence.</summary>
    /// <param name="output">The result; its spans end with the call.</param>
    void Write(in SequenceOutput output);

    /// <summary>Gets whether no more results are wanted for now: the run pauses, or waits until they are.</summary>
    bool IsFull => false;
}

/// <summary>The result of one sequence of L residues and H units; the spans end with the call that brings them.</summary>
public readonly ref struct SequenceOutput
{
    /// <summary>The position of the sequence in the input, from 0.</summary>
    public long Index { get; init; }

    /// <summary>The number of residues L.</summary>
    public int Length { get; init; }

    /// <summary>The mean of h over start and every residue, [H].</summary>
    public ReadOnlySpan<float> Average { get; init; }

    /// <summary>h after the last residue, [H].</summary>
    public ReadOnlySpan<float> Final { get; init; }

    /// <summary>c after the last residue, [H].</summary>
    public ReadOnlySpan<float> Cell { get; init; }

    /// <summary>h after start and after each residue, [L + 1, H]; empty unless asked for.</summary>
    public ReadOnlySpan<float> HiddenStates { get; init; }

    /// <summary>Logits after start and after each residue, [L + 1, 25]; empty unless asked for.</summary>
    public ReadOnlySpan<float> Logits { get; init; }
}
