namespace UniRep.Training

open UniRep
open UniRep.Definition

/// The number that was not finite when training diverged.
[<RequireQualifiedAccess>]
type DivergedQuantity =
    /// The loss of sequences that are trained on.
    | TrainingLoss
    /// The norm of the gradient of a batch.
    | GradientNorm
    /// A parameter of the model, or a mean that the optimiser keeps of its gradients.
    | Parameters
    /// The loss of the validation set.
    | ValidationLoss
    /// The loss of the out-of-domain test set.
    | OutOfDomainLoss

/// How training ended.
type TrainingEnd =
    /// After the last epoch.
    | Finished
    /// The validation loss had not improved for as many epochs as was asked.
    | StoppedEarly
    /// It was asked to stop.
    | Interrupted
    /// A number was not finite: in this batch of this epoch (from 1), or after it. In epoch 0 it is the start model itself
    /// that is of no use.
    | Diverged of epoch: int * batch: int * quantity: DivergedQuantity

/// Works on ends of trainings.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingEnd =
    /// Tells in one sentence how training ended.
    val describe: ``end``: TrainingEnd -> string
