namespace UniRep

open System
open System.Threading
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
        holdOutLoss: Nullable<float>
    ) =
    member _.Epoch = epoch
    member _.Epochs = epochs
    member _.Batch = batch
    member _.Batches = batches
    member _.Loss = loss
    member _.HoldOutLoss = holdOutLoss

    override _.ToString() =
        let told name (loss: Nullable<float>) =
            if loss.HasValue then
                $", {name} {Display.number loss.Value}"
            else
                ""

        $"""epoch {epoch} of {epochs}, batch {batch} of {batches}{told "loss" loss}{told "hold-out loss" holdOutLoss}"""

/// Makes observers of a training for C#.
[<RequireQualifiedAccess>]
module internal TuningObserver =
    let create
        epochs
        (progress: IProgress<TuningProgress> | null)
        (cancellation: CancellationToken)
        =
        // The observer's functions share what they have seen.
        let seen = ref struct (0, Nullable<float>())

        let report epoch batch batches loss holdOutLoss =
            cancellation.ThrowIfCancellationRequested()

            match progress with
            | null -> ()
            | progress ->
                progress.Report(TuningProgress(epoch, epochs, batch, batches, loss, holdOutLoss))

        { EvoTuning.silent with
            OnBatch =
                fun batch ->
                    let struct (_, holdOutLoss) = seen.Value
                    seen.Value <- struct (batch.Batches, holdOutLoss)
                    report batch.Epoch batch.Batch batch.Batches (Nullable batch.Loss) holdOutLoss
            OnEpoch =
                fun epoch ->
                    let struct (batches, _) = seen.Value
                    let holdOutLoss = Option.toNullable epoch.HoldOutLoss
                    seen.Value <- struct (batches, holdOutLoss)

                    report
                        epoch.Epoch
                        batches
                        batches
                        (Option.toNullable epoch.TrainLoss)
                        holdOutLoss
        }
