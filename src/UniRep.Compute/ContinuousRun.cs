using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute;

/// <summary>
/// A run without an end that sequences join at any time, from any thread. A sequence takes a lane at the next step of the
/// lanes, and its result is delivered as soon as it is done. Its bits are those of <see cref="MlstmEngine.Run"/>.
/// </summary>
/// <remarks>
/// Each client has a queue of its own. Free lanes go to the clients in turn, each turn worth about the same number of
/// residues, and within a client to the sequence that came first. Long sequences may take only a part of the lanes, so that
/// short ones never wait for long ones to end; a short one may then overtake a long one of the same client. The run holds
/// threads only while there is something to compute. It must be disposed.
/// </remarks>
public sealed class ContinuousRun : IAsyncDisposable
{
    private readonly MlstmShape _shape;
    private readonly ContinuousQueue _queue;
    private readonly Task _ended;

    private ContinuousRun(MlstmShape shape, ContinuousQueue queue, Action work)
    {
        (_shape, _queue) = (shape, queue);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ended = ended.Task;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception exception)
            {
                queue.Fail(exception);
            }

            queue.Stop();
            ended.SetResult();
        })
        {
            IsBackground = true,
            Name = "UniRep continuous run",
        };
        thread.Start();
    }

    /// <summary>Gets the state of the run at this moment.</summary>
    public ContinuousStatistics Statistics => _queue.Statistics;

    /// <summary>
    /// Begins a run over a computation that takes whole batches, for computers other than this engine. Sequences that wait
    /// together become a batch; those that join meanwhile wait for the next one.
    /// </summary>
    /// <param name="shape">The sizes of the model.</param>
    /// <param name="run">
    /// Computes all sequences of a source and delivers them to a sink, in the order of the input. Called on one thread. The
    /// token ends the batch if none of its sequences is wanted any more.
    /// </param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="onEnd">Called once, when the run has ended.</param>
    public static ContinuousRun OverBatches(
        MlstmShape shape,
        Action<ISequenceSource, ISequenceSink, Outputs, CancellationToken> run,
        ContinuousRunOptions? options = null,
        Action? onEnd = null
    )
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(run);
        options ??= new ContinuousRunOptions();
        options.Check();
        var queue = new ContinuousQueue(
            shape,
            options.MaximalWaitingResidues,
            options.MaximalLanes == 0 ? BatchWork.DefaultLanes : options.MaximalLanes
        );
        var batches = new BatchWork(queue, run);
        return new ContinuousRun(
            shape,
            queue,
            () =>
            {
                try
                {
                    batches.Work();
                }
                finally
                {
                    onEnd?.Invoke();
                }
            }
        );
    }

    internal static ContinuousRun OverLanes(MlstmShape shape, ContinuousQueue queue, Action work) =>
        new(shape, queue, work);

    /// <summary>Joins the sequences of one request, all or none. Returns at once.</summary>
    /// <param name="requests">The sequences. One that is cancelled already joins, and its receiver is told so.</param>
    /// <param name="client">The client, whose sequences share a queue.</param>
    /// <param name="refusal">Why they may not join; not set if they have joined.</param>
    /// <returns>Whether they have joined.</returns>
    /// <exception cref="ArgumentException">A token is above 25, outputs are invalid, or a sequence is too long.</exception>
    public bool TryJoin(
        ReadOnlySpan<SequenceRequest> requests,
        string client,
        out JoinRefusal refusal
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        var slots = new ContinuousSlot[requests.Length];
        for (var index = 0; index < slots.Length; index++)
        {
            Check(index, requests[index]);
            slots[index] = new ContinuousSlot(index, requests[index]);
        }

        return _queue.TryJoin(slots, client, out refusal);
    }

    /// <summary>Lets no more sequences join.</summary>
    /// <returns>A task that ends when the receivers of all that have joined have been called.</returns>
    public Task DrainAsync() => _queue.Drain();

    /// <summary>Cancels what waits and what is under way, and frees the lanes.</summary>
    /// <returns>A task that ends when no thread computes any more.</returns>
    public async ValueTask DisposeAsync()
    {
        _queue.Stop();
        await _ended.ConfigureAwait(false);
    }

    private void Check(int index, SequenceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request.Receiver);
        if (request.Tokens.Span.ContainsAnyInRange((byte)MlstmShape.Tokens, byte.MaxValue))
        {
            throw new ArgumentException(
                $"Sequence {index} has a token above {MlstmShape.Tokens - 1}."
            );
        }

        Throw.IfNotOutputs(request.Outputs, nameof(request.Outputs));
        Throw.IfTooManyResults(index, request.Tokens.Length, _shape, request.Outputs);
    }
}
