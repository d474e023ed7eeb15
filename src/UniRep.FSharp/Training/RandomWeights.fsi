namespace UniRep.Training

open System.Threading
open UniRep
open UniRep.Compute

/// Makes random weights to train from.
[<RequireQualifiedAccess>]
module RandomWeights =
    /// Makes random weights as the original training code does: orthogonal matrices, gains 1, gate biases 3, embedding uniform
    /// between -1 and 1; the head's matrix normal with standard deviation 0.02, its bias 0. The same seed gives the same
    /// weights.
    val create: seed: uint64 -> shape: MlstmShape -> Weights

    /// Makes random weights as `create` does; raises OperationCanceledException if cancelled.
    val internal createUntil:
        cancellation: CancellationToken -> seed: uint64 -> shape: MlstmShape -> Weights
