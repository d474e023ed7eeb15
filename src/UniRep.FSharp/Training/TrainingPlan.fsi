namespace UniRep.Training

open UniRep
open UniRep.Compute

/// What is known when a training begins.
type TrainingPlan =
    {
        /// The sizes of the model.
        Shape: MlstmShape
        /// The number of training sequences.
        Sequences: int
        /// The number of sequences in the validation set.
        ValidationSequences: int
        /// What close relatives leave of the training files, before the split; None without `CorpusFilter.MaxIdentity`.
        Identity: IdentityReport option
        /// The number of predicted tokens in an epoch.
        TokensPerEpoch: int64
        /// The number of epochs, unless training stops early.
        Epochs: int
        /// The peak learning rate.
        LearningRate: float
        /// What the training loss is averaged over.
        Mean: LossMean
        /// The epoch to begin in; 0 for a new training.
        Epoch: int
        /// The number of batches of that epoch that are done.
        Batch: int
        /// What the user should know, one sentence each.
        Warnings: string list
    }

/// Works on training plans.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingPlan =
    /// Gives what is known when training begins at a position.
    val create: options: TrainingOptions -> data: TrainingData -> position: Position -> TrainingPlan
