namespace UniRep.Compute;

/// <summary>
/// A sequence that is decided while it is computed: what follows depends on what the model says so far. Members are called
/// by one thread at a time, not always the same thread.
/// </summary>
public interface IStepwiseSequence
{
    /// <summary>Gets the state that it begins at; null for the beginning, before the start token.</summary>
    SavedState? Origin => null;

    /// <summary>Gets whether <see cref="Next"/> reads logits. They are computed only if so.</summary>
    bool NeedsLogits => true;

    /// <summary>
    /// Decides which tokens follow. Called first after the start token, or with the origin before anything is computed; then
    /// each time the last of the tokens that it gave is computed. It runs between two steps of the lanes: it should take
    /// microseconds.
    /// </summary>
    /// <param name="output">What the model says so far. Valid only during the call.</param>
    /// <returns>The tokens of the next residues, which must not change; empty to end the sequence.</returns>
    ReadOnlyMemory<byte> Next(in StepOutput output);
}

/// <summary>
/// Gives the sequences of a stepwise run. Called by one thread at a time, not always the same thread, with a lock held that
/// other lanes wait for: it should not wait itself.
/// </summary>
public interface IStepwiseSource
{
    /// <summary>
    /// Takes the next sequence, for a lane that is free.
    /// </summary>
    /// <returns>
    /// Null if there is none until another sequence ends. The run is done when there is none and no lane is in use.
    /// </returns>
    IStepwiseSequence? Take();

    /// <summary>
    /// Gets whether the run should pause for now, with lanes that keep their states. Asked when a lane is free and when a
    /// sequence has ended. <see cref="StepwiseRun.Advance"/> then returns false.
    /// </summary>
    bool IsPaused => false;
}
