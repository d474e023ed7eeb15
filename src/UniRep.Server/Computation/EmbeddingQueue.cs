using Microsoft.FSharp.Core;
using UniRep.Server.Requests;

namespace UniRep.Server.Computation;

/// <summary>Computes the sequences of requests; the one place that knows how they share the model.</summary>
internal sealed class EmbeddingQueue(ServedModel served)
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Computes the results of all sequences of a request, in their order.</summary>
    /// <param name="output">What is computed of each sequence.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="client">Who asks; clients share the model fairly.</param>
    /// <param name="cancellation">Gives the sequences up, within a step.</param>
    public async Task<TResult[]> ComputeAsync<TResult>(
        Output<TResult> output,
        SequenceBatch batch,
        string client,
        CancellationToken cancellation
    )
    {
        _ = client;
        await _one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(
                () =>
                    ModelModule
                        .mapMany(
                            RunOptionsModule.cancelledBy(cancellation),
                            output,
                            FuncConvert.FromFunc<Sequence, Sequence>(sequence => sequence),
                            served.Model,
                            batch.Sequences
                        )
                        .Select(pair => pair.Item2)
                        .ToArray(),
                cancellation
            );
        }
        finally
        {
            _one.Release();
        }
    }
}
