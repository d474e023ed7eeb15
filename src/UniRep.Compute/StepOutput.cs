using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>What a model says of a sequence so far. Valid only during the call that it is passed to.</summary>
public readonly ref struct StepOutput
{
    private readonly IStepStates _states;
    private readonly int _row;

    internal StepOutput(IStepStates states, int row, int positions, ReadOnlySpan<float> logits)
    {
        (_states, _row) = (states, row);
        Positions = positions;
        Logits = logits;
    }

    /// <summary>Gets the number of positions done: the start token and the residues so far.</summary>
    public int Positions { get; }

    /// <summary>
    /// Gets the logits of the next token, [25]: class k stands for token k + 1. Empty if the sequence needs none, or if it
    /// begins at a state that was saved without them.
    /// </summary>
    public ReadOnlySpan<float> Logits { get; }

    /// <summary>Gets h of the top layer, [H].</summary>
    public ReadOnlySpan<float> Hidden => _states.Hidden(_row);

    /// <summary>Writes average, final and cell of the sequence so far: the result if it ended here.</summary>
    /// <param name="vectors">The three vectors one after another, [3 H].</param>
    /// <exception cref="ArgumentException">There is no room for them.</exception>
    public void CopyVectors(Span<float> vectors) => _states.CopyVectors(_row, Positions, vectors);

    /// <summary>Saves the state, for sequences that share this beginning.</summary>
    public SavedState Save() => _states.Save(_row, Positions, Logits);
}
