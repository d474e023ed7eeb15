namespace UniRep

open System
open System.Threading
open TorchSharp
open UniRep.Compute

/// What the forward pass of one layer keeps of a segment of steps: R rows, before them the states that came in, `[B, H]`.
type internal LayerTrace =
    {
        /// The input: `[R]` tokens in the first layer, `[R, H]` above.
        X: torch.Tensor
        /// x → m, `[R, H]`
        Xm: torch.Tensor
        /// h · wmh, `[R, H]`
        Q: torch.Tensor
        /// The gates i, f, o, u, `[R, 4H]`
        Gates: torch.Tensor
        /// h, `[B + R, H]`
        H: torch.Tensor
        /// c, `[B + R, H]`
        C: torch.Tensor
    }

/// The gradients of the folded tensors of a layer, summed over the batch so far.
type internal LayerGradients = FoldedLayer

/// Some steps of a ragged batch whose activations are in memory at the same time.
type internal TraceSegment(batch: RaggedBatch, first: int, last: int, device: torch.Device) =
    let lanes = batch.Active[first]

    let starts =
        batch.Active[first..last] |> Array.scan (+) 0 |> Array.take (last - first + 1)

    /// Where the row before each row is among the states that came in and all rows, `[R]`.
    let previous =
        HostArray.ofIndices
            device
            [|
                for t in first..last do
                    for lane in 0 .. batch.Active[t] - 1 do
                        if t = first then
                            int64 lane
                        else
                            int64 (lanes + starts[t - 1 - first] + lane)
            |]

    member _.First = first
    member _.Last = last
    member _.Rows = batch.Rows first last

    /// The number of sequences B at its first step.
    member _.Lanes = lanes

    /// The number of sequences n at a step.
    member _.Active t = int64 batch.Active[t]

    /// The first row of a step, among R.
    member _.Start t = int64 starts[t - first]

    /// The first row of the step before, among B + R.
    member _.StartBefore t =
        if t = first then
            0L
        else
            int64 (lanes + starts[t - 1 - first])

    /// The rows of the step before each row: `[B + R, H]` → `[R, H]`.
    member _.Before(states: torch.Tensor) = states.index_select (0L, previous)

    /// All rows without the states that came in: `[B + R, H]` → `[R, H]`.
    member this.Own(states: torch.Tensor) =
        states.narrow (0L, int64 lanes, int64 this.Rows)

/// Back-propagation through time by hand, because autograd makes a gradient of every matrix at every step: here the
/// gradient of a matrix is one product over all rows of a segment. What autograd keeps is its part: weight normalisation.
[<RequireQualifiedAccess>]
module internal TorchGradient =
    let private float32 = torch.ScalarType.Float32

    let private empty (like: torch.Tensor) rows columns =
        torch.empty ([| rows; columns |], Nullable float32, like.device)

    let private blocks (z: torch.Tensor) =
        let units = z.shape[1] / 4L
        let block k = z.narrow (1L, k * units, units)
        struct (block 0L, block 1L, block 2L, block 3L)

    /// The bytes of activations that a row needs at most, forward and backward.
    let bytesOfRow (shape: MlstmShape) =
        int64 shape.Units * 4L * (8L * int64 shape.Layers + 14L)

    /// One layer forward over a segment. h and c, `[B, H]`, are the states that come in.
    let forward
        layer
        (segment: TraceSegment)
        isFirst
        (x: torch.Tensor)
        (h: torch.Tensor)
        (c: torch.Tensor)
        (cancellation: CancellationToken)
        =
        let lanes, rows = int64 segment.Lanes, int64 segment.Rows
        let units = layer.Wmh.shape[0]

        let xm, gates =
            if isFirst then
                layer.Xm.index_select (0L, x), layer.Xz.index_select (0L, x) // [R,H], [R,4H]
            else
                x.mm layer.Xm, layer.B.Value.addmm (x, layer.Xz) // [R,H], [R,4H]

        let q = empty xm rows units // [R,H]
        let hs = empty xm (lanes + rows) units // [B+R,H]
        let cs = empty xm (lanes + rows) units // [B+R,H]
        hs.narrow(0L, 0L, lanes).copy_ h |> ignore
        cs.narrow(0L, 0L, lanes).copy_ c |> ignore

        for t in segment.First .. segment.Last do
            cancellation.ThrowIfCancellationRequested()
            use _ = torch.NewDisposeScope()
            let n, row, before = segment.Active t, segment.Start t, segment.StartBefore t
            let here (tensor: torch.Tensor) = tensor.narrow (0L, row, n)
            let own (states: torch.Tensor) = states.narrow (0L, lanes + row, n)
            let past (states: torch.Tensor) = states.narrow (0L, before, n)
            let product = (past hs).mm layer.Wmh // [n,H]
            (here q).copy_ product |> ignore
            let m = product.mul_ (here xm) // [n,H]
            let z = (here gates).addmm_(m, layer.Wh) // [n,4H]
            z.narrow(1L, 0L, 3L * units).sigmoid_() |> ignore
            z.narrow(1L, 3L * units, units).tanh_() |> ignore
            let struct (i, f, o, u) = blocks z // [n,H] each
            let next = (own cs).copy_((past cs).mul f) |> TorchArithmetic.addProduct 1.0 i u // [n,H]
            (own hs).copy_(next.tanh().mul_ o) |> ignore // [n,H]

        {
            X = x
            Xm = xm
            Q = q
            Gates = gates
            H = hs
            C = cs
        }

    /// What the gates' gradients are to those of h and c: di = dc · ai and so on, do = dh · ao, dc += dh · ac.
    let private slopes (segment: TraceSegment) trace =
        let struct (i, f, o, u) = blocks trace.Gates // [R,H] each
        let c = segment.Own trace.C // [R,H]
        let tanhC = c.tanh () // [R,H]

        let one (tensor: torch.Tensor) =
            tensor.neg () |> TorchArithmetic.addNumber 1.0

        let ofSigmoid (s: torch.Tensor) = (one s).mul_ s
        let ac = (one (tanhC.square ())).mul_ o // [R,H]
        let ai = (ofSigmoid i).mul_ u // [R,H]
        let af = (ofSigmoid f).mul_(segment.Before trace.C) // [R,H]
        let ao = (ofSigmoid o).mul_ tanhC // [R,H]
        let au = (one (u.square ())).mul_ i // [R,H]
        struct (ac, ai, af, ao, au)

    /// One layer backward over a segment. `above` is the gradient of its h from the layer above or the head, `[R, H]`; dh and
    /// dc, `[B, H]`, that of the states after the segment, become that of the states before it. Adds to the gradients and
    /// gives that of the input, `[R, H]`; of the first layer's there is none.
    let backward
        layer
        (gradients: LayerGradients)
        (segment: TraceSegment)
        isFirst
        trace
        (above: torch.Tensor)
        (dh: torch.Tensor)
        (dc: torch.Tensor)
        (cancellation: CancellationToken)
        =
        let struct (ac, ai, af, ao, au) = slopes segment trace
        let m = trace.Xm.mul trace.Q // [R,H]
        let dz = empty above (int64 segment.Rows) trace.Gates.shape[1] // [R,4H]
        let wmhT, whT = layer.Wmh.t (), layer.Wh.t () // [H,H], [4H,H]

        for t in segment.Last .. -1 .. segment.First do
            cancellation.ThrowIfCancellationRequested()
            use _ = torch.NewDisposeScope()
            let n, row = segment.Active t, segment.Start t
            let here (tensor: torch.Tensor) = tensor.narrow (0L, row, n)
            let there (tensor: torch.Tensor) = tensor.narrow (0L, 0L, n)
            let dh, dc = there dh, there dc // [n,H]
            let total = dh.add (here above) // [n,H]
            dc |> TorchArithmetic.addProduct 1.0 total (here ac) |> ignore // [n,H]
            let struct (di, df, d0, du) = blocks (here dz) // [n,H] each
            di.copy_ (dc.mul (here ai)) |> ignore
            df.copy_ (dc.mul (here af)) |> ignore
            d0.copy_ (total.mul (here ao)) |> ignore
            du.copy_ (dc.mul (here au)) |> ignore
            let struct (_, f, _, _) = blocks (here trace.Gates)
            dc.mul_ f |> ignore
            let dm = (here dz).mm whT // [n,4H] · [4H,H] → [n,H]
            let xm, q = here trace.Xm, here trace.Q
            let dq = dm.mul xm // [n,H]
            q.mul_ dm |> ignore // q holds dxm from here on
            xm.copy_ dq |> ignore // and xm holds dq
            dh.copy_ (dq.mm wmhT) |> ignore // [n,H] · [H,H] → [n,H]

        let dxm, dq = trace.Q, trace.Xm // [R,H]
        gradients.Wh.addmm_ (m.t (), dz) |> ignore // [H,R] · [R,4H]
        gradients.Wmh.addmm_ ((segment.Before trace.H).t(), dq) |> ignore // [H,R] · [R,H]

        if isFirst then
            gradients.Xm |> TorchArithmetic.addRows trace.X dxm |> ignore // [R,H] → [26,H]
            gradients.Xz |> TorchArithmetic.addRows trace.X dz |> ignore // [R,4H] → [26,4H]
            None
        else
            let x = trace.X.t () // [H,R]
            gradients.Xm.addmm_ (x, dxm) |> ignore // [H,R] · [R,H]
            gradients.Xz.addmm_ (x, dz) |> ignore // [H,R] · [R,4H]
            gradients.B.Value |> TorchArithmetic.add (dz.sum 0L) |> ignore // [4H]
            Some((dxm.mm (layer.Xm.t ())).addmm_(dz, layer.Xz.t ())) // [R,H]

    /// The cross-entropy of each row, `[R]` in nats, and the gradient of the logits, `[R, 25]`, each row times its scale.
    let crossEntropy (logits: torch.Tensor) (targets: torch.Tensor) (scales: torch.Tensor) =
        let logs = logits.log_softmax 1L // [R,25]
        let at = targets.unsqueeze 1L // [R,1]
        let nats = logs.gather(1L, at).neg().squeeze 1L // [R]
        let ones = torch.ones_like (at, Nullable float32) // [R,1]

        let gradient =
            logs.exp().scatter_add_(1L, at, ones.neg_ ()).mul_(scales.unsqueeze 1L) // [R,25]

        struct (nats, gradient)
