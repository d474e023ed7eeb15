namespace UniRep.Training

[<RequireQualifiedAccess>]
type DivergedQuantity =
    | TrainingLoss
    | GradientNorm
    | Parameters
    | ValidationLoss
    | OutOfDomainLoss

[<RequireQualifiedAccess>]
type StopReason =
    | Finished
    | EarlyStopping
    | Interrupted
    | Diverged of epoch: int * batch: int * quantity: DivergedQuantity

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module StopReason =
    let private nameOf quantity =
        match quantity with
        | DivergedQuantity.TrainingLoss -> "the training loss"
        | DivergedQuantity.GradientNorm -> "the norm of the gradient"
        | DivergedQuantity.Parameters -> "a parameter of the model"
        | DivergedQuantity.ValidationLoss -> "the validation loss"
        | DivergedQuantity.OutOfDomainLoss -> "the out-of-domain loss"

    let describe reason =
        match reason with
        | StopReason.Finished -> "training finished"
        | StopReason.EarlyStopping ->
            "training stopped early: the validation loss no longer improved"
        | StopReason.Interrupted -> "training was interrupted"
        | StopReason.Diverged(0, _, quantity) ->
            $"the start model cannot be trained: {nameOf quantity} is not a finite number before the first step"
        | StopReason.Diverged(epoch, batch, quantity) ->
            $"training diverged in epoch {epoch} at batch {batch}: {nameOf quantity} is not a finite number"
