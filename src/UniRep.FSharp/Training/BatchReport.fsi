namespace UniRep.Training

open UniRep

/// A batch of a training.
type BatchReport =
    {
        /// The epoch, from 1.
        Epoch: int
        /// The batch of the epoch, from 1.
        Batch: int
        /// The number of batches of the epoch.
        Batches: int
        /// The number of optimizer steps so far.
        Step: int64
        /// The loss before the step, in nats per predicted token.
        Loss: float
        /// The norm of the gradient before clipping.
        GradientNorm: float
        /// The learning rate of the step.
        LearningRate: float
        /// The number of predicted tokens.
        Tokens: int64
        /// The time it took, in seconds.
        Seconds: float
    }

    interface IDisplay

    /// Gives an HTML fragment for notebooks: a table of these numbers.
    member ToHtml: unit -> string
