namespace UniRep.Training

open UniRep
open UniRep.Definition

[<RequireQualifiedAccess>]
type DivergedQuantity =
    | TrainingLoss
    | GradientNorm
    | Parameters
    | ValidationLoss
    | OutOfDomainLoss

type TrainingEnd =
    | Finished
    | StoppedEarly
    | Interrupted
    | Diverged of epoch: int * batch: int * quantity: DivergedQuantity

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TrainingEnd =
    let private nameOf quantity =
        match quantity with
        | DivergedQuantity.TrainingLoss -> "the training loss"
        | DivergedQuantity.GradientNorm -> "the norm of the gradient"
        | DivergedQuantity.Parameters -> "a parameter of the model"
        | DivergedQuantity.ValidationLoss -> "the validation loss"
        | DivergedQuantity.OutOfDomainLoss -> "the out-of-domain loss"

    let describe ``end`` =
        match ``end`` with
        | Finished -> "training finished"
        | StoppedEarly -> "training stopped early: the validation loss no longer improved"
        | Interrupted -> "training was interrupted"
        | Diverged(0, _, quantity) ->
            $"the model to start from is of no use: {nameOf quantity} is not a finite number before the first step"
        | Diverged(epoch, batch, quantity) ->
            $"training diverged in epoch {epoch} at batch {batch}: {nameOf quantity} is not a finite number"
