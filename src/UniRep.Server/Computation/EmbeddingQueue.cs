using Microsoft.Extensions.Options;
using UniRep.Compute;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;
using UniRep.Server.Observability;
using UniRep.Server.Requests;

namespace UniRep.Server.Computation;

/// <summary>Computes the sequences of requests; the one place that knows how they share the model.</summary>
internal sealed class EmbeddingQueue(ServedModel served, IOptions<ServerOptions> options)
    : IAsyncDisposable
{
    private const int LongestWait = 600;

    private readonly ContinuousBatch _batch = ContinuousBatch.Start(
        served.Model,
        new ContinuousBatchOptions(
            options.Value.MaxQueuedResidues,
            ContinuousBatchOptionsModule.defaults.MaximalLanes
        )
    );

    /// <summary>Gets what waits, what is in lanes, and how much is computed, at this moment.</summary>
    public ContinuousStatistics Statistics => _batch.Statistics;

    /// <summary>Computes the results of all sequences of a request, in their order. The request joins at the next step, or
    /// is refused as a whole.</summary>
    /// <param name="output">What is computed of each sequence.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="client">Who asks; clients share the model fairly.</param>
    /// <param name="cancellation">Gives the sequences up, within a step.</param>
    /// <exception cref="RequestException">The queue is full, or the server is stopping.</exception>
    public async Task<TResult[]> ComputeAsync<TResult>(
        Output<TResult> output,
        SequenceBatch batch,
        string client,
        CancellationToken cancellation
    )
    {
        using var span = ServerMetrics.Activities.StartActivity("compute");
        span?.SetTag("unirep.sequences", batch.Sequences.Length);
        span?.SetTag("unirep.residues", batch.Residues);
        var joined = _batch.TryJoinMany(output, batch.Sequences, client, cancellation);
        return joined.IsOk
            ? await Task.WhenAll(joined.ResultValue)
            : throw Refusal(joined.ErrorValue);
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private static RequestException Refusal(JoinError error) =>
        error is JoinError.QueueFull full
            ? RequestException.QueueFull(
                (int)Math.Clamp(Math.Ceiling(full.seconds), 1, LongestWait)
            )
            : RequestException.Draining();
}
