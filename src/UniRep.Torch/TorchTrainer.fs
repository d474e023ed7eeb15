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
    let top = shape.Layers - 1
    /// The rows of a segment when only the loss is wanted.
    let rowsOfLoss = 1024
    let mutable lanes = options.BatchSize

    let mutable rowsOfGradient =
        int (min (1L <<< 20) (max 1L (trainer.StateBytes / TorchGradient.bytesOfRow shape)))

    let mutable steps = state.Steps
    let mutable hasGradient = false

    let zeros (rows: int) : torch.Tensor =
        torch.zeros ([| int64 rows; int64 shape.Units |], Nullable torch.ScalarType.Float32, device)

    let check (sequences: IReadOnlyList<ReadOnlyMemory<byte>>) =
        ArgumentNullException.ThrowIfNull(sequences, nameof sequences)

        if sequences.Count = 0 || sequences |> Seq.exists _.IsEmpty then
            invalidArg
                (nameof sequences)
                "A batch needs at least one sequence, and each at least one residue."

        for sequence in sequences do
            if sequence.Span.ContainsAnyExceptInRange(1uy, byte (MlstmShape.Start - 1)) then
                invalidArg (nameof sequences) "A token is not a residue: residues are 1 to 23."

    /// The states that go from segment to segment, h and c of each layer, `[B, H]`.
    let moveOn
        (segment: TraceSegment)
        (carried: (torch.Tensor * torch.Tensor)[])
        (traces: LayerTrace[])
        =
        let n = segment.Active segment.Last
        let start = int64 segment.Lanes + segment.Start segment.Last

        Array.iter2
            (fun (h: torch.Tensor, c: torch.Tensor) trace ->
                h.narrow(0L, 0L, n).copy_(trace.H.narrow (0L, start, n)) |> ignore
                c.narrow(0L, 0L, n).copy_(trace.C.narrow (0L, start, n)) |> ignore)
            carried
            traces

    let forward
        (layers: FoldedLayer[])
        (batch: RaggedBatch)
        (segment: TraceSegment)
        (carried: (torch.Tensor * torch.Tensor)[])
        cancellation
        =
        let tokens = batch.Inputs segment.First segment.Last |> HostArray.ofIndices device // [R]
        let lanes = int64 segment.Lanes

        layers
        |> Array.indexed
        |> Array.mapFold
            (fun (x: torch.Tensor) (l, layer) ->
                let h, c = carried[l]
                let h, c = h.narrow (0L, 0L, lanes), c.narrow (0L, 0L, lanes)
                let trace = TorchGradient.forward layer segment (l = 0) x h c cancellation
                trace, segment.Own trace.H)
            tokens
        |> fst

    /// The nats of each row of a segment, `[R]`, and the gradient of its logits, `[R, 25]`.
    let loss (batch: RaggedBatch) (scales: float[]) (segment: TraceSegment) (h: torch.Tensor) =
        let struct (w, b) = parameters.Head
        let targets = batch.Targets segment.First segment.Last |> HostArray.ofIndices device // [R]

        let scales =
            [|
                for t in segment.First .. segment.Last do
                    for lane in 0 .. batch.Active[t] - 1 do
                        float32 scales[lane]
            |]

        let scales = HostArray.toTensor device [ scales.Length ] scales // [R]

        let struct (nats, gradient) =
            TorchGradient.crossEntropy (b.addmm (h, w)) targets scales

        let nats = nats.to_type torch.ScalarType.Float64
        let scaled = (nats.mul scales).sum().item<float>()
        struct (scaled, nats.sum().item<float>(), gradient)

    let backward
        (layers: FoldedLayer[])
        (gradients: FoldedLayer[])
        (head: torch.Tensor * torch.Tensor)
        (segment: TraceSegment)
        (traces: LayerTrace[])
        (after: (torch.Tensor * torch.Tensor)[])
        (logits: torch.Tensor)
        cancellation
        =
        let struct (w, _) = parameters.Head
        let h = segment.Own traces[top].H // [R,H]
        let dw, db = head
        dw.addmm_ (h.t (), logits) |> ignore // [H,R] · [R,25]
        db.add_ (logits.sum 0L) |> ignore // [25]

        ((logits.mm (w.t ())), [ top .. -1 .. 0 ]) // [R,25] · [25,H] → [R,H]
        ||> List.fold (fun above l ->
            let dh, dc = after[l]

            TorchGradient.backward
                layers[l]
                gradients[l]
                segment
                (l = 0)
                traces[l]
                above
                dh
                dc
                cancellation
            |> Option.defaultValue above)
        |> ignore

    /// Folds over the segments of all windows of a batch. `visit` is given the segments of a window and the states that
    /// come in, and must move these on.
    let windows (batch: RaggedBatch) window rows visit =
        let length = if window = 0 then batch.Steps else window

        let carried =
            Array.init shape.Layers (fun _ -> zeros batch.Lanes, zeros batch.Lanes)

        for first in 0..length .. batch.Steps - 1 do
            let last = min batch.Steps (first + length) - 1
            visit carried (batch.Blocks first last rows)

    let segmentOf batch (first, last) =
        TraceSegment(batch, first, last, device)

    let evaluate (batch: RaggedBatch) scales cancellation =
        let layers = parameters.Fold() |> Array.ofList
        let sums = [| 0.0; 0.0 |]

        windows batch 0 rowsOfLoss (fun carried blocks ->
            for block in blocks do
                use _ = torch.NewDisposeScope()
                let segment = segmentOf batch block
                let traces = forward layers batch segment carried cancellation
                moveOn segment carried traces
                let struct (loss, nats, _) = loss batch scales segment (segment.Own traces[top].H)
                sums[0] <- sums[0] + loss
                sums[1] <- sums[1] + nats)

        struct (sums[0], sums[1])

    /// Adds the gradient of a batch to the gradients of the folded tensors.
    let accumulate layers gradients head (batch: RaggedBatch) scales window cancellation =
        let sums = [| 0.0; 0.0 |]

        // The states after the last segment of a window get no gradient from the windows that follow.
        let rec overSegments carried after blocks =
            match blocks with
            | [] -> ()
            | block :: rest ->
                use _ = torch.NewDisposeScope()
                let segment = segmentOf batch block

                let back (traces: LayerTrace[]) =
                    let struct (loss, nats, logits) =
                        loss batch scales segment (segment.Own traces[top].H)

                    sums[0] <- sums[0] + loss
                    sums[1] <- sums[1] + nats
                    backward layers gradients head segment traces after logits cancellation

                if rest.IsEmpty then
                    let traces = forward layers batch segment carried cancellation
                    moveOn segment carried traces
                    back traces
                else
                    // What does not fit into the memory limit is computed again on the way back.
                    let start =
                        carried
                        |> Array.map (fun (h: torch.Tensor, c: torch.Tensor) ->
                            h.clone (), c.clone ())

                    let ahead () =
                        use _ = torch.NewDisposeScope()
                        forward layers batch segment carried cancellation |> moveOn segment carried

                    ahead ()
                    overSegments carried after rest
                    forward layers batch segment start cancellation |> back

        windows batch window rowsOfGradient (fun carried blocks ->
            use _ = torch.NewDisposeScope()
            let after = Array.init shape.Layers (fun _ -> zeros batch.Lanes, zeros batch.Lanes)
            overSegments carried after blocks)

        struct (sums[0], sums[1])

    /// Cuts a batch into groups of sequences of similar length that are computed side by side.
    let overGroups (sequences: IReadOnlyList<ReadOnlyMemory<byte>>) mean compute =
        let sorted =
            sequences |> Seq.sortBy (fun sequence -> -sequence.Length) |> Array.ofSeq

        let tokens = sorted |> Array.sumBy (fun sequence -> int64 sequence.Length + 1L)

        let scaleOf (sequence: ReadOnlyMemory<byte>) =
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
        use _ = torch.NewDisposeScope()
        let layers = parameters.Fold() |> Array.ofList

        let struct (w, b) = parameters.Head

        let zeroLike (tensor: torch.Tensor) =
            torch.zeros_like (tensor, requires_grad = false)

        let gradients =
            layers
            |> Array.map (fun layer ->
                {
                    Xm = zeroLike layer.Xm
                    Xz = zeroLike layer.Xz
                    Wmh = zeroLike layer.Wmh
                    Wh = zeroLike layer.Wh
                    B = Option.map zeroLike layer.B
                })

        let head = zeroLike w, zeroLike b

        let loss =
            use _ = torch.no_grad ()

            let accumulate batch scales =
                accumulate layers gradients head batch scales window cancellation

            overGroups sequences mean accumulate

        let tensors =
            [|
                for layer in layers do
                    yield! layer.All
            |]

        let found =
            [|
                for layer in gradients do
                    yield! layer.All
            |]

        let dw, db = head
        torch.autograd.backward (Array.append tensors [| w; b |], Array.append found [| dw; db |])
        loss

    /// The gradients of the last batch, for every raw parameter.
    member _.Gradients() = parameters.GradientValues()

    interface ITrainer with
        member _.Shape = shape
        member _.Steps = steps

        member _.Gradient(sequences, mean, window, cancellation) =
            check sequences
            ArgumentOutOfRangeException.ThrowIfNegative(window, nameof window)
            hasGradient <- false
            let loss = withinMemory (fun () -> gradient sequences mean window cancellation)
            hasGradient <- true
            loss

        member _.Evaluate(sequences, mean, cancellation) =
            check sequences

            withinMemory (fun () ->
                use _ = torch.inference_mode ()
                use _ = torch.NewDisposeScope()
                overGroups sequences mean (fun batch scales -> evaluate batch scales cancellation))

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
