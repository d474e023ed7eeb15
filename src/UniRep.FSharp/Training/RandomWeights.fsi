namespace UniRep.Training

open UniRep
open UniRep.Compute

/// Weights to begin with from scratch.
[<RequireQualifiedAccess>]
module RandomWeights =
    /// Draws weights as the original's training code does: orthogonal matrices, gains 1, gate biases 3, embedding uniform
    /// between -1 and 1; the head's matrix normal with standard deviation 0.02, its bias 0. The same seed gives the same
    /// weights.
    val create: seed: uint64 -> shape: MlstmShape -> Weights
