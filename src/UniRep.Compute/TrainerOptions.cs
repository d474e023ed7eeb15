namespace UniRep.Compute;

/// <summary>The options of a trainer. Only the instruction set changes results.</summary>
public sealed record TrainerOptions
{
    /// <summary>Gets the number of threads, at most <see cref="EngineOptions.MaximalThreads"/>; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>Gets the instruction set; null for the best of this machine.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>
    /// Gets the limit, in bytes, of the activations that are kept for the backward pass. Activations that do not fit are
    /// computed again from checkpoints. Parameters, gradients and moments need memory in addition.
    /// </summary>
    public long StateBytes { get; init; } = 1L << 30;

    /// <summary>Gets whether to keep an exponential moving average (EMA) of the parameters.</summary>
    public bool Averages { get; init; }
}

/// <summary>How the cross-entropy of a batch is averaged.</summary>
public enum LossMean
{
    /// <summary>Over all predicted tokens of the batch.</summary>
    PerToken,

    /// <summary>Over the sequences of the batch, each with the mean over its tokens. The loss of the original program.</summary>
    PerSequence,
}

/// <summary>The cross-entropy of a batch.</summary>
/// <param name="Loss">The mean, in nats.</param>
/// <param name="Nats">The sum over all predicted tokens, in nats.</param>
/// <param name="Tokens">The number of predicted tokens: every residue, and the stop token of every sequence.</param>
public readonly record struct BatchLoss(double Loss, double Nats, long Tokens);

/// <summary>The state of a trainer, to resume training from.</summary>
/// <param name="Steps">The number of optimiser steps so far.</param>
/// <param name="Parameters">The raw parameters.</param>
/// <param name="First">Adam's first moment: the mean of gradients.</param>
/// <param name="Second">Adam's second moment: the mean of squared gradients.</param>
/// <param name="Average">The exponential moving average (EMA) of the parameters, or null.</param>
public sealed record TrainerState(
    long Steps,
    MlstmArrays Parameters,
    MlstmArrays First,
    MlstmArrays Second,
    MlstmArrays? Average
)
{
    /// <summary>Gives the state of a training that has not begun.</summary>
    /// <param name="parameters">Raw parameters, before weight normalisation.</param>
    public static TrainerState Start(MlstmArrays parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var zeros = MlstmArrays.Create(parameters.Shape, array => new float[array.Length]);
        return new TrainerState(0, parameters, zeros, zeros, null);
    }
}
