namespace UniRep

open System
open TorchSharp

/// Forward and backward over the windows and segments of ragged batches.
[<Sealed>]
type internal TorchPropagation(parameters: TorchParameters, device: torch.Device) =
    let shape = parameters.Shape
    let top = shape.Layers - 1

    /// The rows of a segment when only the loss is wanted.
    let rowsOfLoss = 1024

    let zeros (rows: int) : torch.Tensor =
        torch.zeros ([| int64 rows; int64 shape.Units |], Nullable torch.ScalarType.Float32, device)

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
        db |> TorchArithmetic.add (logits.sum 0L) |> ignore // [25]

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

    let evaluate layers cancellation (batch: RaggedBatch) scales =
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
    let accumulate layers gradients head rows window cancellation (batch: RaggedBatch) scales =
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

        windows batch window rows (fun carried blocks ->
            use _ = torch.NewDisposeScope()
            let after = Array.init shape.Layers (fun _ -> zeros batch.Lanes, zeros batch.Lanes)
            overSegments carried after blocks)

        struct (sums[0], sums[1])

    /// Computes the loss of a batch, the mean and the sum in nats, each sequence's terms times its scale.
    member _.Evaluate cancellation (batch: RaggedBatch) (scales: float[]) =
        let layers = parameters.Fold() |> Array.ofList
        evaluate layers cancellation batch scales

    /// Computes the gradients of the raw parameters. `overBatches` is given what adds the gradient of a batch and gives its
    /// loss; it takes the rows of a segment, the window, a cancellation, the batch and the scales.
    member _.Gradient overBatches =
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

        let dw, db = zeroLike w, zeroLike b

        let loss =
            use _ = torch.no_grad ()
            overBatches (accumulate layers gradients (dw, db))

        // From here autograd takes the gradients through weight normalisation.
        let all (layers: FoldedLayer[]) =
            [|
                for layer in layers do
                    yield! layer.All
            |]

        torch.autograd.backward (
            Array.append (all layers) [| w; b |],
            Array.append (all gradients) [| dw; db |]
        )

        loss
