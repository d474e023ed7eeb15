namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open TorchSharp
open UniRep.Compute

/// A model in training on a device: the trainer of the engine in TorchSharp. The loss, the windows of truncated
/// back-propagation, clipping, Adam and the average of the parameters are the same, the order of sums is libtorch's.
[<Sealed>]
type internal TorchTrainer
    (options: TorchOptions, device: torch.Device, trainer: TrainerOptions, state: TrainerState) =
    let parameters = new TorchParameters(device, state, trainer.Averages)
    let shape = parameters.Shape
    let propagation = TorchPropagation(parameters, device)
    let mutable lanes = options.BatchSize

    let mutable rowsOfGradient =
        int (min (1L <<< 20) (max 1L (trainer.StateBytes / TorchGradient.bytesOfRow shape)))

    let mutable steps = state.Steps
    let mutable hasGradient = false

    let read (sequences: IReadOnlyList<ReadOnlyMemory<byte>>) =
        ArgumentNullException.ThrowIfNull(sequences, nameof sequences)

        if sequences.Count = 0 then
            invalidArg
                (nameof sequences)
                "A batch needs at least one sequence, and each at least one residue."

        sequences |> Seq.map DirectedSequence.Read |> Array.ofSeq

    /// Cuts a batch into groups of sequences of similar length that are computed side by side.
    let overGroups (sequences: DirectedSequence[]) mean compute =
        let sorted =
            sequences |> Seq.sortBy (fun sequence -> -sequence.Length) |> Array.ofSeq

        let tokens = sorted |> Array.sumBy (fun sequence -> int64 sequence.Length + 1L)

        let scaleOf (sequence: DirectedSequence) =
            match mean with
            | LossMean.PerToken -> 1.0 / float tokens
            | _ -> 1.0 / (float (sequence.Length + 1) * float sorted.Length)

        let struct (loss, nats) =
            sorted
            |> Array.chunkBySize lanes
            |> Array.fold
                (fun (struct (loss, nats)) group ->
                    let struct (l, n) = compute (RaggedBatch group) (Array.map scaleOf group)
                    struct (loss + l, nats + n))
                (struct (0.0, 0.0))

        BatchLoss(loss, nats, tokens)

    /// Computes, with half as many sequences and rows at a time whenever the memory does not suffice.
    let rec withinMemory (compute: unit -> BatchLoss) =
        let outcome =
            try
                Choice1Of2(compute ())
            with error when TorchMemory.isOut error ->
                Choice2Of2 error

        match outcome with
        | Choice1Of2 loss -> loss
        | Choice2Of2 error when lanes = 1 && rowsOfGradient = 1 ->
            TorchMemory.refuse $"training one sequence on {options.Device.Name}" error
        | Choice2Of2 _ ->
            lanes <- max 1 (lanes / 2)
            rowsOfGradient <- max 1 (rowsOfGradient / 2)

            options.Log
                $"{options.Device.Name} has too little memory for this batch: going on with {lanes} sequences and {rowsOfGradient} rows at a time"

            withinMemory compute

    let gradient sequences mean window cancellation =
        parameters.ClearGradients()

        propagation.Gradient(fun accumulate ->
            overGroups sequences mean (accumulate rowsOfGradient window cancellation))

    /// The gradients of the last batch, for every raw parameter.
    member _.Gradients() = parameters.GradientValues()

    interface ITrainer with
        member _.Shape = shape
        member _.Steps = steps

        member _.Gradient(sequences, mean, window, cancellation) =
            let sequences = read sequences
            ArgumentOutOfRangeException.ThrowIfNegative(window, nameof window)
            hasGradient <- false
            let loss = withinMemory (fun () -> gradient sequences mean window cancellation)
            hasGradient <- true
            loss

        member _.Evaluate(sequences, mean, cancellation) =
            let sequences = read sequences

            withinMemory (fun () ->
                use _ = torch.inference_mode ()
                use _ = torch.NewDisposeScope()
                overGroups sequences mean (propagation.Evaluate cancellation))

        member _.Update step =
            ArgumentNullException.ThrowIfNull(step, nameof step)
            step.Check()

            if not hasGradient then
                invalidOp "There is no gradient. Compute one first."

            hasGradient <- false
            let norm = parameters.Norm()

            if Double.IsFinite norm then
                steps <- steps + 1L

                let scale =
                    if norm > step.MaximalNorm then
                        step.MaximalNorm / norm
                    else
                        1.0

                parameters.Step step steps scale

            norm

        member _.Parameters() = parameters.Values()
        member _.Average() = parameters.Average() |> Option.toObj

        member this.Save() =
            TrainerState(
                steps,
                parameters.Values(),
                parameters.First(),
                parameters.Second(),
                parameters.Average() |> Option.toObj
            )

        member _.Dispose() = (parameters :> IDisposable).Dispose()
