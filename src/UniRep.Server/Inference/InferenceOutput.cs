using UniRep.Compute;
using UniRep.Server.Computation;
using UniRep.Server.Requests;

namespace UniRep.Server.Inference;

/// <summary>What is computed of a sequence for the outputs of the Open Inference Protocol.</summary>
/// <param name="Rep">The vectors; null if no output needs them.</param>
/// <param name="LogLikelihood">The log-likelihood; NaN if no output needs it.</param>
internal readonly record struct InferenceResult(Rep? Rep, double LogLikelihood);

/// <summary>A tensor that the model gives in the Open Inference Protocol.</summary>
/// <param name="Name">Its name: that of a pooling, or <c>log_likelihood</c>.</param>
/// <param name="Pool">The vector of the representation that it is; null for the log-likelihood.</param>
internal sealed record InferenceOutput(string Name, Pool? Pool)
{
    /// <summary>The log-likelihood in nats with the final stop, as <c>/v1/scores</c> gives it.</summary>
    private static readonly InferenceOutput Likelihood = new("log_likelihood", null);

    private static readonly InferenceOutput[] Vectors =
    [
        .. PoolModule.all.Select(pool => new InferenceOutput(pool.Name, pool)),
    ];

    /// <summary>Gets the type of its elements.</summary>
    public string Datatype => Pool is null ? "FP64" : "FP32";

    /// <summary>Lists what a model gives: without a head it has no log-likelihood.</summary>
    public static IReadOnlyList<InferenceOutput> All(ServedModel served) =>
        served.Model.HasHead ? [.. Vectors, Likelihood] : Vectors;

    /// <summary>Gets the number of values for one sequence.</summary>
    public int Width(int units) => Pool is null ? 1 : Pooling.Width(Pool, units);

    /// <summary>Gets the shape for so many sequences; -1 for any number.</summary>
    public long[] Shape(long sequences, int units) =>
        Pool is null ? [sequences] : [sequences, Width(units)];
}

/// <summary>What the engine computes for the outputs of the protocol, in one pass over a sequence.</summary>
internal static class InferenceOutputs
{
    private static readonly Output<double> Likelihood = Output.logLikelihood(true);

    /// <summary>Gets the vectors alone.</summary>
    public static Output<InferenceResult> Vectors { get; } =
        new(
            Output.rep.Needs,
            false,
            (Sequence sequence, in SequenceOutput output) =>
                new InferenceResult(Output.rep.Take.Invoke(sequence, in output), double.NaN)
        );

    /// <summary>Gets the log-likelihood alone.</summary>
    public static Output<InferenceResult> LogLikelihood { get; } =
        new(
            Likelihood.Needs,
            false,
            (Sequence sequence, in SequenceOutput output) =>
                new InferenceResult(null, Likelihood.Take.Invoke(sequence, in output))
        );

    /// <summary>Gets both.</summary>
    public static Output<InferenceResult> Both { get; } =
        new(
            Output.rep.Needs | Likelihood.Needs,
            false,
            (Sequence sequence, in SequenceOutput output) =>
                new InferenceResult(
                    Output.rep.Take.Invoke(sequence, in output),
                    Likelihood.Take.Invoke(sequence, in output)
                )
        );

    /// <summary>Chooses what the outputs need, and no more.</summary>
    public static Output<InferenceResult> For(IReadOnlyList<InferenceOutput> outputs) =>
        outputs.All(output => output.Pool is null) ? LogLikelihood
        : outputs.All(output => output.Pool is not null) ? Vectors
        : Both;
}
