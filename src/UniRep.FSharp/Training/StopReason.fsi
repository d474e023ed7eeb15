namespace UniRep.Training

/// The number that was not finite when a training diverged.
[<RequireQualifiedAccess>]
type DivergedQuantity =
    /// The loss of the training set.
    | TrainingLoss
    /// The norm of the gradient of a batch.
    | GradientNorm
    /// A parameter of the model, or a moment that the optimizer keeps of its gradients.
    | Parameters
    /// The loss of the validation set.
    | ValidationLoss
    /// The loss of the out-of-domain test set.
    | OutOfDomainLoss

/// Why a training stopped.
[<RequireQualifiedAccess>]
type StopReason =
    /// The last epoch is done.
    | Finished
    /// Early stopping: the validation loss has not improved for the number of epochs in `Patience`.
    | EarlyStopping
    /// The training was cancelled.
    | Interrupted
    /// A number was not finite, in or after this batch of this epoch (from 1). In epoch 0 the start model itself cannot be
    /// used.
    | Diverged of epoch: int * batch: int * quantity: DivergedQuantity

/// Works on stop reasons.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module StopReason =
    /// Describes in one sentence why a training stopped.
    val describe: reason: StopReason -> string
