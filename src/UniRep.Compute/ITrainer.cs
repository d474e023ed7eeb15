namespace UniRep.Compute;

/// <summary>
/// A model in training: raw parameters, their gradients by back-propagation through time, and Adam. Not for several
/// threads at a time.
/// </summary>
public interface ITrainer : IDisposable
{
    /// <summary>Gets the sizes of the model.</summary>
    MlstmShape Shape { get; }

    /// <summary>Gets how many steps the optimizer has made.</summary>
    long Steps { get; }

    /// <summary>
    /// Computes the loss of a batch and the gradient of every raw parameter, which stays until the next batch.
    /// </summary>
    /// <param name="sequences">
    /// Residues as tokens 1 to 23, without start and stop. A sequence that is read backward is given from its last residue
    /// to its first, after stop (25); start is then the last token that is predicted.
    /// </param>
    /// <param name="mean">Over what the cross-entropy is averaged.</param>
    /// <param name="window">
    /// The number of steps that gradients flow back through (truncated back-propagation); 0 for all.
    /// </param>
    /// <param name="cancellation">Ends the computation; the gradients are then of no use.</param>
    BatchLoss Gradient(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        int window = 0,
        CancellationToken cancellation = default
    );

    /// <summary>Computes the loss of a batch alone.</summary>
    /// <param name="sequences">
    /// Residues as tokens 1 to 23, without start and stop. A sequence that is read backward is given from its last residue
    /// to its first, after stop (25); start is then the last token that is predicted.
    /// </param>
    /// <param name="mean">Over what the cross-entropy is averaged.</param>
    /// <param name="cancellation">Ends the computation.</param>
    BatchLoss Evaluate(
        IReadOnlyList<ReadOnlyMemory<byte>> sequences,
        LossMean mean = LossMean.PerToken,
        CancellationToken cancellation = default
    );

    /// <summary>
    /// Moves the parameters against the gradient of the last batch, once. If the gradient is not finite, nothing moves.
    /// </summary>
    /// <param name="step">The settings of Adam.</param>
    /// <returns>The norm of all gradients together, before clipping.</returns>
    double Update(AdamStep step);

    /// <summary>Gives a copy of the raw parameters.</summary>
    MlstmArrays Parameters();

    /// <summary>Gives a copy of the exponential moving average of the parameters, or null if none is kept.</summary>
    MlstmArrays? Average();

    /// <summary>Gives a copy of the state that training can resume from, to the same bits.</summary>
    TrainerState Save();
}
