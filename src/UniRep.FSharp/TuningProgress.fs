namespace UniRep

open System
open UniRep.Training

[<Sealed>]
type TuningProgress
    internal
    (
        epoch: int,
        epochs: int,
        batch: int,
        batches: int,
        loss: Nullable<float>,
        validationLoss: Nullable<float>
    ) =
    member _.Epoch = epoch
    member _.Epochs = epochs
    member _.Batch = batch
    member _.Batches = batches
    member _.Loss = loss
    member _.ValidationLoss = validationLoss

    override _.ToString() =
        let told name (loss: Nullable<float>) =
            if loss.HasValue then
                $", {name} {Display.number loss.Value}"
            else
                ""

        $"""epoch {epoch} of {epochs}, batch {batch} of {batches}{told "loss" loss}{told "validation loss" validationLoss}"""

/// Makes observers of a training for C#.
[<RequireQualifiedAccess>]
module internal TuningObserver =
    let create epochs (progress: IProgress<TuningProgress> | null) =
        // The number of batches, and the latest validation loss.
        let seen = ref struct (0, Nullable<float>())

        let report epoch batch batches loss validationLoss =
            match progress with
            | null -> ()
            | progress ->
                progress.Report(TuningProgress(epoch, epochs, batch, batches, loss, validationLoss))

        { EvoTuning.silent with
            OnBatch =
                fun batch ->
                    let struct (_, validationLoss) = seen.Value
                    seen.Value <- struct (batch.Batches, validationLoss)

                    report
                        batch.Epoch
                        batch.Batch
                        batch.Batches
                        (Nullable batch.Loss)
                        validationLoss
            OnEpoch =
                fun epoch ->
                    let struct (batches, _) = seen.Value
                    let validationLoss = Option.toNullable epoch.ValidationLoss
                    seen.Value <- struct (batches, validationLoss)

                    report
                        epoch.Epoch
                        batches
                        batches
                        (Option.toNullable epoch.TrainLoss)
                        validationLoss
        }
