namespace UniRep

open System
open TorchSharp
open UniRep.Compute

/// The tensors of a layer after weight normalisation, as functions of its raw parameters that autograd knows.
type internal FoldedLayer =
    {
        /// x → m: the table of the tokens in the first layer, `[26, H]`; wmx, `[H, H]`, above.
        Xm: torch.Tensor
        /// x → gates: the table with b, `[26, 4H]`; wx, `[H, 4H]`, above.
        Xz: torch.Tensor
        /// `[H, H]`
        Wmh: torch.Tensor
        /// `[H, 4H]`
        Wh: torch.Tensor
        /// The bias of a layer above the first, `[4H]`; in the first it is part of `Xz`.
        B: torch.Tensor option
    }

    member this.All = [ this.Xm; this.Xz; this.Wmh; this.Wh ] @ Option.toList this.B

/// The raw parameters on a device, and what Adam keeps for each.
[<Sealed>]
type internal TorchParameters(device: torch.Device, state: TrainerState, averages: bool) =
    let shape = state.Parameters.Shape
    let arrays = shape.Parameters() |> Array.ofSeq

    let place (values: MlstmArrays) (array: ParameterArray) : torch.Tensor =
        let numbers = values[array]

        if int64 numbers.Length <> array.Length then
            invalidArg
                "state"
                $"{array.Name} has {numbers.Length} elements; {array.Length} expected."

        (HostArray.toTensor device (List.ofSeq array.Dimensions) numbers).DetachFromDisposeScope()

    let placeAll values = arrays |> Array.map (place values)

    let values =
        placeAll state.Parameters |> Array.map (fun tensor -> tensor.requires_grad_ ())

    let first = placeAll state.First
    let second = placeAll state.Second

    let average =
        if averages then
            Some(placeAll (state.Average |> Option.ofObj |> Option.defaultValue state.Parameters))
        else
            None

    let copyOut (tensors: torch.Tensor[]) =
        let numbers = tensors |> Array.map HostArray.ofTensor
        MlstmArrays.Create(shape, fun array -> numbers[Array.IndexOf(arrays, array)])

    let named parameter (layer: int option) =
        arrays
        |> Array.findIndex (fun array ->
            array.Parameter = parameter && array.Layer = Option.toNullable layer)
        |> Array.get values

    /// w[:, j] = g[j] · v[:, j] / sqrt(max(Σᵢ v[i, j]², 1e-12)), `[rows, cols]`
    let normed layer (v: MlstmParameter) =
        let gain =
            match v.Gain with
            | null -> invalidArg (nameof v) $"{v.Name} has no gain."
            | gain -> named gain layer // [cols]

        let v = named v layer // [rows,cols]
        v.mul (gain.div ((v.square().sum 0L |> TorchArithmetic.atLeast 1e-12).sqrt()))

    member _.Shape = shape

    /// The head's matrix, `[H, 25]`, and bias, `[25]`.
    member _.Head =
        struct (named MlstmParameter.HeadW None, named MlstmParameter.HeadB None)

    /// Folds weight normalisation, under autograd if it is on.
    member _.Fold() =
        List.init shape.Layers (fun index ->
            let layer = Some index
            let b = named MlstmParameter.B layer
            let wmx = normed layer MlstmParameter.Wmx
            let wx = normed layer MlstmParameter.Wx
            let isFirst = index = 0
            let embed = named MlstmParameter.Embed None

            {
                Xm = if isFirst then embed.mm wmx else wmx // [26,E] · [E,H] → [26,H]
                Xz = if isFirst then (embed.mm wx).add b else wx // [26,E] · [E,4H] → [26,4H]
                Wmh = normed layer MlstmParameter.Wmh
                Wh = normed layer MlstmParameter.Wh
                B = if isFirst then None else Some b
            })

    /// Forgets the gradients.
    member _.ClearGradients() =
        for tensor in values do
            tensor.grad <- null

    /// The gradient of each parameter; zeros for one that the loss does not depend on.
    member _.Gradients() =
        values
        |> Array.map (fun tensor ->
            match tensor.grad with
            | null -> torch.zeros_like tensor
            | gradient -> gradient)

    /// The norm of all gradients together.
    member this.Norm() =
        use _ = torch.no_grad ()
        use _ = torch.NewDisposeScope()

        this.Gradients()
        |> Array.sumBy (fun gradient ->
            gradient.square().sum(torch.ScalarType.Float64).item<float>())
        |> sqrt

    /// Makes step number `number` of Adam with the gradients times `scale`.
    member this.Step (step: AdamStep) (number: int64) (scale: float) =
        use _ = torch.no_grad ()
        use _ = torch.NewDisposeScope()
        let rate = step.Rate / (1.0 - Math.Pow(step.Beta1, float number))
        let correction = 1.0 / (1.0 - Math.Pow(step.Beta2, float number))

        this.Gradients()
        |> Array.iteri (fun at gradient ->
            use _ = torch.NewDisposeScope()
            let p, m, v = values[at], first[at], second[at]
            let kind = arrays[at].Parameter.Kind

            let decay =
                if
                    step.DecaysAll
                    || kind = ParameterKind.Matrix
                    || kind = ParameterKind.HeadMatrix
                then
                    step.WeightDecay
                else
                    0.0

            let g = gradient |> TorchArithmetic.times scale

            m
            |> TorchArithmetic.multiply step.Beta1
            |> TorchArithmetic.addTimes (1.0 - step.Beta1) g
            |> ignore

            v
            |> TorchArithmetic.multiply step.Beta2
            |> TorchArithmetic.addProduct (1.0 - step.Beta2) g g
            |> ignore

            let root =
                (v |> TorchArithmetic.times correction).sqrt_()
                |> TorchArithmetic.addNumber step.Epsilon

            p
            |> TorchArithmetic.multiply (1.0 - step.Rate * decay)
            |> TorchArithmetic.addQuotient -rate m root
            |> ignore

            average
            |> Option.iter (fun average ->
                average[at]
                |> TorchArithmetic.multiply step.AverageDecay
                |> TorchArithmetic.addTimes (1.0 - step.AverageDecay) p
                |> ignore))

    member _.Values() = copyOut values

    member this.GradientValues() =
        use _ = torch.NewDisposeScope()
        copyOut (this.Gradients())

    member _.First() = copyOut first
    member _.Second() = copyOut second
    member _.Average() = average |> Option.map copyOut

    interface IDisposable with
        member this.Dispose() =
            this.ClearGradients()

            for tensors in [ values; first; second; Option.defaultValue [||] average ] do
                for tensor in tensors do
                    tensor.Dispose()
