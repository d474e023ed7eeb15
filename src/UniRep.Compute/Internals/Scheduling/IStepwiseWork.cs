namespace UniRep.Compute.Internals.Scheduling;

/// <summary>What computes a stepwise run.</summary>
internal interface IStepwiseWork
{
    /// <summary>Gets the number of positions computed so far.</summary>
    long Positions { get; }

    /// <summary>Computes until all sequences have ended (true) or the source pauses (false).</summary>
    bool Advance();

    /// <summary>Ends the run.</summary>
    void Close();
}

/// <summary>The states that <see cref="StepOutput"/> reads, one in each row.</summary>
internal interface IStepStates
{
    /// <summary>Gives h of the top layer, [H].</summary>
    ReadOnlySpan<float> Hidden(int row);

    /// <summary>Writes average, final and cell, [3 H].</summary>
    void CopyVectors(int row, int positions, Span<float> vectors);

    /// <summary>Saves a state.</summary>
    SavedState Save(int row, int positions, ReadOnlySpan<float> logits);
}
