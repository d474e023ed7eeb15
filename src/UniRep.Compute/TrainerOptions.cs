namespace UniRep.Compute;

/// <summary>How training is to run. No option changes the results but the instruction set.</summary>
public sealed record TrainerOptions
{
    /// <summary>The number of threads, at most <see cref="EngineOptions.MaximalThreads"/>; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>The instruction set; null for the best that this machine has.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>
    /// The bytes that states kept for the backward pass may take; what does not fit is computed again, from states kept
    /// now and then. Parameters, gradients and moments come on top.
    /// </summary>
    public long StateBytes { get; init; } = 1L << 30;

    /// <summary>Whether a running mean of the parameters is kept.</summary>
    public bool Averages { get; init; }
}

/// <summary>Over what the cross-entropy is averaged.</summary>
public enum LossMean
{
    /// <summary>All predicted tokens of the batch.</summary>
    PerToken,

    /// <summary>The sequences of the batch, each its own mean over its tokens: the original program's loss.</summary>
    PerSequence,
}

/// <summary>The cross-entropy of a batch.</summary>
/// <param name="Loss">The mean that was asked for, in nats.</param>
/// <param name="Nats">The sum over all predicted tokens, in nats.</param>
/// <param name="Tokens">Predicted tokens: every residue, and the stop of every sequence.</param>
public readonly record struct BatchLoss(double Loss, double Nats, long Tokens);

/// <summary>All that training goes on from.</summary>
/// <param name="Steps">Steps of the optimiser so far.</param>
/// <param name="Parameters">Raw parameters.</param>
/// <param name="First">Adam's mean of gradients.</param>
/// <param name="Second">Adam's mean of their squares.</param>
/// <param name="Average">The running mean of the parameters, or null.</param>
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
        var zeros = Zeros(parameters);
        return new TrainerState(0, parameters, zeros, zeros, null);
    }

    private static MlstmArrays Zeros(MlstmArrays arrays)
    {
        float[] Of(float[] array) => new float[array.Length];
        return arrays with
        {
            Embed = Of(arrays.Embed),
            Layers =
            [
                .. arrays.Layers.Select(raw => new LayerArrays
                {
                    Wmx = Of(raw.Wmx),
                    Wmh = Of(raw.Wmh),
                    Wx = Of(raw.Wx),
                    Wh = Of(raw.Wh),
                    B = Of(raw.B),
                    Gmx = Of(raw.Gmx),
                    Gmh = Of(raw.Gmh),
                    Gx = Of(raw.Gx),
                    Gh = Of(raw.Gh),
                }),
            ],
            HeadW = Of(arrays.HeadW),
            HeadB = Of(arrays.HeadB),
        };
    }
}
