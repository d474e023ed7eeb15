namespace UniRep

open System
open System.Threading
open TorchSharp
open UniRep.Compute

[<RequireQualifiedAccess>]
type TorchInputs =
    | Tabulated of xm: torch.Tensor * xz: torch.Tensor
    | Products of wmx: torch.Tensor * wx: torch.Tensor * b: torch.Tensor

type TorchLayer =
    {
        Inputs: TorchInputs
        Wmh: torch.Tensor
        Wh: torch.Tensor
    }

type TorchNetwork =
    {
        Shape: MlstmShape
        Device: torch.Device
        Layers: TorchLayer list
        HeadW: torch.Tensor
        HeadB: torch.Tensor
    }

    interface IDisposable with
        member this.Dispose() =
            for layer in this.Layers do
                match layer.Inputs with
                | TorchInputs.Tabulated(xm, xz) ->
                    xm.Dispose()
                    xz.Dispose()
                | TorchInputs.Products(wmx, wx, b) ->
                    wmx.Dispose()
                    wx.Dispose()
                    b.Dispose()

                layer.Wmh.Dispose()
                layer.Wh.Dispose()

            this.HeadW.Dispose()
            this.HeadB.Dispose()

type TorchWatch =
    {
        States: (int -> int -> torch.Tensor -> unit) option
        Computed: int -> unit
        Cancellation: CancellationToken
    }

type TorchStates =
    {
        Average: torch.Tensor
        Final: torch.Tensor
        Cell: torch.Tensor
    }

[<RequireQualifiedAccess>]
module TorchScan =
    let private float32, private float64 =
        torch.ScalarType.Float32, torch.ScalarType.Float64


    let private zeros network (rows: int) =
        torch.zeros ([| int64 rows; int64 network.Shape.Units |], Nullable float32, network.Device)

    /// h · w, in the precision of w.
    let private times (w: torch.Tensor) (h: torch.Tensor) : torch.Tensor =
        if w.dtype = float32 then
            h.mm w
        else
            h.to_type(w.dtype).mm(w).to_type float32

    /// z + m · w, in place.
    let private plusTimes (w: torch.Tensor) (m: torch.Tensor) (z: torch.Tensor) : torch.Tensor =
        if w.dtype = float32 then
            z.addmm_ (m, w)
        else
            z |> TorchArithmetic.add (times w m)

    /// The four gates of all units: σ of input, forget and output, tanh of update; in place.
    let private split (z: torch.Tensor) =
        let units = z.shape[1] / 4L
        z.narrow(1L, 0L, 3L * units).sigmoid_() |> ignore
        z.narrow(1L, 3L * units, units).tanh_() |> ignore
        let block k = z.narrow (1L, k * units, units)
        struct (block 0L, block 1L, block 2L, block 3L)

    let step layer (xm: torch.Tensor) (xz: torch.Tensor) (h: torch.Tensor) (c: torch.Tensor) =
        let m = (times layer.Wmh h).mul_ xm // [n,H] · [H,H] → [n,H]
        let z = xz |> plusTimes layer.Wh m // [n,H] · [H,4H] → [n,4H]
        let struct (i, f, o, u) = split z // [n,H] each
        c.mul_ f |> TorchArithmetic.addProduct 1.0 i u |> ignore // [n,H]
        c.tanh().mul_ o // [n,H]

    let inputs layer (x: torch.Tensor) =
        match layer.Inputs with
        | TorchInputs.Tabulated(xm, xz) -> struct (xm.index_select (0L, x), xz.index_select (0L, x)) // [R] → [R,H], [R,4H]
        | TorchInputs.Products(wmx, wx, b) ->
            let xz =
                if wx.dtype = float32 then
                    b.addmm (x, wx)
                else
                    times wx x |> TorchArithmetic.add b // [R,4H]

            struct (times wmx x, xz) // [R,H] · [H,H] → [R,H]

    let logits network (h: torch.Tensor) = network.HeadB.addmm (h, network.HeadW) // [R,H] · [H,25] → [R,25]

    /// The rows of a block of steps: enough for the products of its inputs to be fast, few enough to stay in a cache.
    let private rowsPerBlock = 1024

    /// Folds the step of one layer over a block of steps. `x` is its input, `[R]` or `[R, H]`; h and c, `[B, H]`, are moved
    /// on. `take` is given each new h, `[n, H]`, its step and its first row.
    let private over
        layer
        (batch: RaggedBatch)
        (cancellation: CancellationToken)
        struct (first, last)
        take
        h
        c
        x
        =
        let struct (xm, xz) = inputs layer x
        let mutable row = 0L

        for t in first..last do
            cancellation.ThrowIfCancellationRequested()
            use _ = torch.NewDisposeScope()
            let n = int64 batch.Active[t]
            let here (tensor: torch.Tensor) = tensor.narrow (0L, row, n) // [R,…] → [n,…]
            let there (tensor: torch.Tensor) = tensor.narrow (0L, 0L, n) // [B,H] → [n,H]
            let next = step layer (here xm) (here xz) (there h) (there c)
            (there h).copy_ next |> ignore
            take t row next
            row <- row + n

    let scan network watch (batch: RaggedBatch) =
        use _ = torch.inference_mode ()
        use scope = torch.NewDisposeScope()
        let layers = Array.ofList network.Layers
        let h = layers |> Array.map (fun _ -> zeros network batch.Lanes) // [B,H]
        let c = layers |> Array.map (fun _ -> zeros network batch.Lanes) // [B,H]
        let sum = zeros network batch.Lanes // [B,H]
        let top = layers.Length - 1

        for first, last in batch.Blocks 0 (batch.Steps - 1) rowsPerBlock do
            use _ = torch.NewDisposeScope()
            let rows = batch.Rows first last
            let mutable x = HostArray.ofIndices network.Device (batch.Inputs first last) // [R]

            for l in 0..top do
                let outputs =
                    if l < top || watch.States.IsSome then
                        Some(zeros network rows) // [R,H]
                    else
                        None

                let take _ row (next: torch.Tensor) =
                    let n = next.shape[0]
                    outputs |> Option.iter (fun y -> y.narrow(0L, row, n).copy_ next |> ignore)

                    if l = top then
                        sum.narrow (0L, 0L, n) |> TorchArithmetic.add next |> ignore

                over layers[l] batch watch.Cancellation struct (first, last) take h[l] c[l] x
                outputs |> Option.iter (fun y -> x <- y)

            watch.States |> Option.iter (fun states -> states first last x)
            watch.Computed rows

        let steps =
            torch
                .tensor(
                    Array.init batch.Lanes (fun lane -> Single.CreateChecked(batch.StepsOf lane))
                )
                .``to``(network.Device)
                .unsqueeze
                1L // [B,1]

        let keep (tensor: torch.Tensor) = tensor.MoveToOuterDisposeScope()

        {
            Average = keep (sum.div steps) // [B,H] / [B,1]
            Final = keep h[top] // [B,H]
            Cell = keep c[top] // [B,H]
        }

    let network (device: torch.Device) precision (arrays: MlstmArrays) =
        use _ = torch.inference_mode ()
        use _ = torch.NewDisposeScope()
        let shape = arrays.Shape

        let host rows (values: float32[]) : torch.Tensor =
            torch
                .tensor(values, ReadOnlySpan [| int64 rows; int64 (values.Length / rows) |])
                .to_type
                float64

        let normed (g: float32[]) rows (v: float32[]) =
            let v = host rows v // [rows,cols]
            let norm = (v.square().sum 0L |> TorchArithmetic.atLeast 1e-12).sqrt() // [cols]
            v.mul ((host 1 g).div norm) // [rows,cols]

        let place (kind: torch.ScalarType) (tensor: torch.Tensor) : torch.Tensor =
            tensor.``to``(kind, device, true).DetachFromDisposeScope()

        /// A matrix that is multiplied with at every step. oneDNN wants those of bfloat16 as [outputs, inputs] in memory.
        let recurrent (w: torch.Tensor) =
            match precision with
            | TorchPrecision.BFloat16 ->
                w
                    .t()
                    .contiguous()
                    .``to``(torch.ScalarType.BFloat16, device, true)
                    .t()
                    .DetachFromDisposeScope()
            | _ -> place float32 w

        let layer index (raw: LayerArrays) =
            let width = shape.InputWidth index
            let wmx = normed raw.Gmx width raw.Wmx // [d,H]
            let wx = normed raw.Gx width raw.Wx // [d,4H]
            let b = host 1 raw.B // [1,4H]

            {
                Inputs =
                    if index = 0 then
                        let embed = host MlstmShape.Tokens arrays.Embed // [26,E]

                        TorchInputs.Tabulated(
                            place float32 (embed.mm wmx), // [26,E] · [E,H] → [26,H]
                            place float32 (embed.mm wx |> TorchArithmetic.add b) // [26,E] · [E,4H] → [26,4H]
                        )
                    else
                        TorchInputs.Products(recurrent wmx, recurrent wx, place float32 b)
                Wmh = recurrent (normed raw.Gmh shape.Units raw.Wmh) // [H,H]
                Wh = recurrent (normed raw.Gh shape.Units raw.Wh) // [H,4H]
            }

        {
            Shape = shape
            Device = device
            Layers = arrays.Layers |> Seq.mapi layer |> List.ofSeq
            HeadW = place float32 (host shape.Units arrays.HeadW) // [H,25]
            HeadB = place float32 (host 1 arrays.HeadB) // [1,25]
        }
