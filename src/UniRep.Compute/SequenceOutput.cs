namespace UniRep.Compute;

/// <summary>The outputs of a run in addition to the three vectors of each sequence.</summary>
[Flags]
public enum Outputs
{
    /// <summary>Only the average, final and cell vectors.</summary>
    Vectors = 0,

    /// <summary>The hidden state of the top layer at every position.</summary>
    HiddenStates = 1,

    /// <summary>The logits of the next token at every position.</summary>
    Logits = 2,
}

/// <summary>Gives the sequences of a run. Called by one thread at a time, not always the same thread.</summary>
public interface ISequenceSource
{
    /// <summary>Gives the next sequence.</summary>
    /// <param name="tokens">
    /// The tokens of its residues, without the first token. They must not change until the run ends.
    /// </param>
    /// <returns>False if there are no more sequences.</returns>
    bool TryRead(out ReadOnlyMemory<byte> tokens);

    /// <summary>
    /// Gets the token that the model reads before the first of each sequence: start, or stop if the source gives its
    /// sequences from their last residue to the first. One value for the whole run.
    /// </summary>
    int FirstToken => MlstmShape.Start;

    /// <summary>
    /// Gets whether reading never waits, because the sequences are in memory. Any other source is read on a worker thread:
    /// while it waits, the sequences that it has given are computed and delivered.
    /// </summary>
    bool IsAtHand => false;
}

/// <summary>Takes the results of a run, in the order of the input, one call at a time.</summary>
public interface ISequenceSink
{
    /// <summary>Takes the result of one sequence.</summary>
    /// <param name="output">The result. Its spans are valid only during the call.</param>
    void Write(in SequenceOutput output);

    /// <summary>Gets whether the sink has no room for now. <see cref="MlstmRun.Advance"/> then returns false.</summary>
    bool IsFull => false;
}

/// <summary>The result of one sequence of L residues, of a model with H units. The spans are valid only during the call.</summary>
public readonly ref struct SequenceOutput
{
    /// <summary>Gets the position of the sequence in the input, from 0.</summary>
    public long Index { get; init; }

    /// <summary>Gets the number of residues L.</summary>
    public int Length { get; init; }

    /// <summary>Gets the mean of h over the start token and every residue, [H].</summary>
    public ReadOnlySpan<float> Average { get; init; }

    /// <summary>Gets h after the last residue, [H].</summary>
    public ReadOnlySpan<float> Final { get; init; }

    /// <summary>Gets c after the last residue, [H].</summary>
    public ReadOnlySpan<float> Cell { get; init; }

    /// <summary>Gets h after the start token and after each residue, [L + 1, H]; empty unless asked for.</summary>
    public ReadOnlySpan<float> HiddenStates { get; init; }

    /// <summary>Gets the logits after the start token and after each residue, [L + 1, 25]; empty unless asked for.</summary>
    public ReadOnlySpan<float> Logits { get; init; }
}
