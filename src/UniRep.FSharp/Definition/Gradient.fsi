namespace UniRep.Definition

open UniRep
open UniRep.Compute

/// All raw parameters of a model in float64, by the names of `Weights.toTensors`.
type Parameters =
    {
        Shape: MlstmShape
        Arrays: Map<string, float[]>
    }

/// The definition of training: the loss and its gradient by back-propagation through time, written out in float64. The
/// engine is tested against it.
[<RequireQualifiedAccess>]
module Gradient =
    /// Takes the parameters of a model, before weight normalisation.
    val ofWeights: weights: Weights -> Parameters

    /// Computes the cross-entropy of sequences in nats, and its gradient for every raw parameter. Predicted are every
    /// residue and the stop; what is read is start and the residues. The loss is the mean over all predicted tokens, or
    /// over the sequences' own means.
    val compute:
        mean: LossMean ->
        parameters: Parameters ->
        sequences: Sequence list ->
            float * Map<string, float[]>

    /// Does the same for sequences that are read in another direction; in both, each counts as two.
    val computeIn:
        direction: ReadingDirection ->
        mean: LossMean ->
        parameters: Parameters ->
        sequences: Sequence list ->
            float * Map<string, float[]>
