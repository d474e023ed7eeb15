namespace UniRep.Compute;

/// <summary>
/// Takes what becomes of one sequence of a continuous run: exactly one of the calls comes, once. None comes on a thread of
/// the engine; different receivers are called at the same time.
/// </summary>
public interface ISequenceReceiver
{
    /// <summary>Takes the result. If it throws, <see cref="Fail"/> gets the exception.</summary>
    /// <param name="output">The result. Its spans are valid only during the call. Its index is 0.</param>
    void Complete(in SequenceOutput output);

    /// <summary>Takes the exception that ended the computation, or that <see cref="Complete"/> has thrown.</summary>
    void Fail(Exception exception);

    /// <summary>Takes note that the sequence was cancelled, or that the run was disposed.</summary>
    void Cancel();
}

/// <summary>A sequence that joins a continuous run.</summary>
/// <param name="Tokens">The tokens of its residues, without start. They must not change until the receiver is called.</param>
/// <param name="Outputs">The outputs in addition to the three vectors.</param>
/// <param name="Receiver">Takes what becomes of it.</param>
/// <param name="Cancellation">Takes it out of the run: at once if it waits, within a step if it is in a lane.</param>
public readonly record struct SequenceRequest(
    ReadOnlyMemory<byte> Tokens,
    Outputs Outputs,
    ISequenceReceiver Receiver,
    CancellationToken Cancellation = default
);

/// <summary>Why sequences may not join a continuous run.</summary>
/// <param name="IsClosed">Whether the run takes no more sequences. Otherwise too many residues wait.</param>
/// <param name="WaitingResidues">The residues that wait.</param>
/// <param name="TimeUntilRoom">
/// An estimate of the time until there is room for the sequences, from the rate of the last seconds; zero if the run is
/// closed, one second if the rate is not known.
/// </param>
public readonly record struct JoinRefusal(
    bool IsClosed,
    long WaitingResidues,
    TimeSpan TimeUntilRoom
);

/// <summary>The state of a continuous run at one moment.</summary>
/// <param name="WaitingSequences">The sequences that wait for a lane.</param>
/// <param name="WaitingResidues">Their residues.</param>
/// <param name="Clients">The clients with waiting sequences.</param>
/// <param name="Lanes">The lanes in use.</param>
/// <param name="MaximalLanes">The lanes that may be in use.</param>
/// <param name="Unfinished">The sequences that have joined and whose receivers have not been called.</param>
/// <param name="Positions">The positions computed since the run began: a start token and the residues of each sequence.</param>
/// <param name="PositionsPerSecond">The rate of the last seconds of work; 0 before it is known.</param>
public readonly record struct ContinuousStatistics(
    int WaitingSequences,
    long WaitingResidues,
    int Clients,
    int Lanes,
    int MaximalLanes,
    long Unfinished,
    long Positions,
    double PositionsPerSecond
);
