namespace UniRep.Definition

open UniRep
open UniRep.Compute

type Parameters =
    {
        Shape: MlstmShape
        Arrays: Map<string, float[]>
    }

/// What one step of one layer leaves for the way back.
type private Trace<[<Measure>] 'input> =
    {
        X: Vector<'input>
        /// The state before the step.
        Before: State
        /// x · wmx
        Mx: Vector<hidden>
        /// h · wmh
        Mh: Vector<hidden>
        M: Vector<hidden>
        /// The gates after their nonlinearities.
        I: Vector<hidden>
        F: Vector<hidden>
        O: Vector<hidden>
        U: Vector<hidden>
        /// tanh of c after the step.
        T: Vector<hidden>
    }

/// The gradient of a layer as the equations use it.
type private LayerGradient<[<Measure>] 'input> =
    {
        Wmx: Matrix<'input, hidden>
        Wmh: Matrix<hidden, hidden>
        Wx: Matrix<'input, gate>
        Wh: Matrix<hidden, gate>
        B: Vector<gate>
    }

[<RequireQualifiedAccess>]
module Gradient =
    let private (+.) a b = Vector.add a b
    let private ( *. ) a b = Vector.mul a b
    let private (@.) x w = Matrix.apply w x
    let private (@/) y w = Matrix.applyTransposed w y
    let private sum vectors = Seq.reduce (+.) vectors

    let private total matrices = Seq.reduce Matrix.add matrices

    let private one (v: Vector<'axis>) = Vector.map (fun _ -> 1.0) v
    let private minus a b = Vector.map2 (-) a b

    /// d σ(z) = s (1 − s) for s = σ(z).
    let private slope s = s *. minus (one s) s

    /// 1 − t² for t = tanh(z).
    let private slopeOfTanh t = minus (one t) (t *. t)

    let ofWeights (weights: Weights) =
        {
            Shape = weights.Shape
            Arrays =
                Weights.toTensors weights
                |> List.map (fun (name, tensor) -> name, Array.map float tensor.Values)
                |> Map.ofList
        }

    /// The step of the definition, keeping what the way back needs.
    let private trace (layer: Layer<'input>) (before: State) (x: Vector<'input>) =
        let after = Mlstm.step layer before x
        let mx, mh = x @. layer.Wmx, before.H @. layer.Wmh
        let m = mx *. mh
        let z = (x @. layer.Wx) +. (m @. layer.Wh) +. layer.B
        let units = int before.H.Length

        let block k activation =
            Vector<hidden>(Array.sub z.Values (k * units) units |> Array.map activation)

        let sigmoid x = 1.0 / (1.0 + exp -x)

        {
            X = x
            Before = before
            Mx = mx
            Mh = mh
            M = m
            I = block 0 sigmoid
            F = block 1 sigmoid
            O = block 2 sigmoid
            U = block 3 tanh
            T = Vector.map tanh after.C
        },
        after

    /// Back through one step: from the gradients of h and c after it to those of x, h and c before it.
    let private back (layer: Layer<'input>) trace dh dc =
        let dc = dc +. (dh *. trace.O *. slopeOfTanh trace.T)

        let dz =
            [
                dc *. trace.U *. slope trace.I
                dc *. trace.Before.C *. slope trace.F
                dh *. trace.T *. slope trace.O
                dc *. trace.I *. slopeOfTanh trace.U
            ]
            |> Seq.collect _.Values
            |> Array.ofSeq
            |> Vector<gate>

        let dm = dz @/ layer.Wh
        let dmx, dmh = dm *. trace.Mh, dm *. trace.Mx
        let dx = (dmx @/ layer.Wmx) +. (dz @/ layer.Wx)

        let gradient =
            {
                Wmx = Matrix.outer trace.X dmx
                Wmh = Matrix.outer trace.Before.H dmh
                Wx = Matrix.outer trace.X dz
                Wh = Matrix.outer trace.M dz
                B = dz
            }

        dx, dmh @/ layer.Wmh, dc *. trace.F, gradient

    /// Back through all steps of a layer: from the gradients of its h to those of its x, and its own.
    let private backThrough layer traces dhs =
        let zero = (Mlstm.zero layer).C

        let dxs, gradients, _, _ =
            List.foldBack2
                (fun trace dh (dxs, gradients, dhAfter, dcAfter) ->
                    let dx, dhBefore, dcBefore, gradient = back layer trace (dh +. dhAfter) dcAfter
                    dx :: dxs, gradient :: gradients, dhBefore, dcBefore)
                traces
                dhs
                ([], [], zero, zero)

        let over part = gradients |> Seq.map part

        dxs,
        {
            Wmx = over _.Wmx |> total
            Wmh = over _.Wmh |> total
            Wx = over _.Wx |> total
            Wh = over _.Wh |> total
            B = over _.B |> sum
        }

    let private traces (layer: Layer<'input>) xs =
        List.mapFold (trace layer) (Mlstm.zero layer) xs |> fst

    /// h after each step.
    let private outputs traces =
        traces |> List.map (fun trace -> trace.O *. trace.T)

    /// From the gradient of the folded matrix to those of v and g.
    let private unfold (v: float[]) (g: float[]) (dw: float[]) =
        let cols = g.Length

        let columns values =
            Array.init cols (fun j -> Array.init (v.Length / cols) (fun i -> values i j))

        let norms = columns (fun i j -> v[i * cols + j] ** 2.0) |> Array.map Array.sum
        let inverse = norms |> Array.map (fun square -> 1.0 / sqrt (max square 1e-12))

        let dots =
            columns (fun i j -> dw[i * cols + j] * v[i * cols + j]) |> Array.map Array.sum

        let dg = Array.map2 (*) dots inverse

        let dv =
            Array.init v.Length (fun at ->
                let j = at % cols
                // Where the maximum holds the constant, v does not move the norm.
                let along = if norms[j] < 1e-12 then 0.0 else dg[j] * inverse[j]
                g[j] * inverse[j] * (dw[at] - along * v[at]))

        dv, dg

    /// The gradients of raw parameters from those of one layer.
    let private raw parameters index (gradient: LayerGradient<'input>) =
        let array name =
            parameters.Arrays[$"layer{index}.{name}"]

        [
            for w, g, dw in
                [
                    "wmx", "gmx", gradient.Wmx.Values
                    "wmh", "gmh", gradient.Wmh.Values
                    "wx", "gx", gradient.Wx.Values
                    "wh", "gh", gradient.Wh.Values
                ] do
                let dv, dg = unfold (array w) (array g) dw
                $"layer{index}.{w}", dv
                $"layer{index}.{g}", dg
            $"layer{index}.b", gradient.B.Values
        ]

    /// One sequence's summed cross-entropy times a weight, and the gradient of that.
    let private ofSequence parameters network weight (first, residues, last) =
        let tokens = first :: residues
        let xs = tokens |> List.map (fun token -> Matrix.row (int token) network.Embed)
        let first = traces network.First xs

        let rest, hs =
            network.Rest
            |> List.mapFold
                (fun below layer ->
                    let traces = traces layer below
                    (layer, traces), outputs traces)
                (outputs first)

        let terms =
            List.map2
                (fun h target ->
                    let logProbabilities = Mlstm.logits network h |> Mlstm.logProbabilities
                    let k = int target - 1

                    let dlogits =
                        logProbabilities.Values
                        |> Array.mapi (fun j p -> weight * (exp p - if j = k then 1.0 else 0.0))
                        |> Vector<cls>

                    -logProbabilities[k], dlogits)
                hs
                (residues @ [ last ])

        let dlogits = List.map snd terms
        let above = dlogits |> List.map (fun dlogits -> dlogits @/ network.HeadW)

        let restGradients, dhs =
            List.foldBack
                (fun (index, (layer, traces)) (gradients, dhs) ->
                    let dxs, gradient = backThrough layer traces dhs
                    raw parameters index gradient @ gradients, dxs)
                (List.indexed rest |> List.map (fun (index, layer) -> index + 1, layer))
                ([], above)

        let dxs, firstGradient = backThrough network.First first dhs

        let embed =
            List.map2
                (fun (token: byte) dx ->
                    let row =
                        Vector<token>(Array.init 26 (fun t -> if t = int token then 1.0 else 0.0))

                    Matrix.outer row dx)
                tokens
                dxs
            |> total

        weight * List.sumBy fst terms,
        Map.ofList
            [
                "embed", embed.Values
                yield! raw parameters 0 firstGradient
                yield! restGradients
                "head.w", (List.map2 Matrix.outer hs dlogits |> total).Values
                "head.b", (sum dlogits).Values
            ]

    /// The first token, the residues in the order in which they are read, and the last token that is predicted.
    let private read direction (sequence: Sequence) =
        let residues = List.ofArray (sequence.Tokens.ToArray())

        match direction with
        | ReadingDirection.Backward -> Residue.stop, List.rev residues, Residue.start
        | _ -> Residue.start, residues, Residue.stop

    let computeIn direction mean parameters (sequences: Sequence list) =
        let network = Mlstm.networkOf parameters.Shape (fun name -> parameters.Arrays[name])

        let passes =
            [
                for pass in ReadingDirection.passes direction do
                    for sequence in sequences do
                        pass, sequence
            ]

        let tokens = passes |> List.sumBy (fun (_, sequence) -> sequence.Length + 1)

        let weight (sequence: Sequence) =
            match mean with
            | LossMean.PerToken -> 1.0 / float tokens
            | _ -> 1.0 / (float (sequence.Length + 1) * float passes.Length)

        passes
        |> List.map (fun (pass, sequence) ->
            ofSequence parameters network (weight sequence) (read pass sequence))
        |> List.reduce (fun (lossA, a) (lossB, b) ->
            lossA + lossB, Map.map (fun name values -> Array.map2 (+) values b[name]) a)

    let compute mean parameters sequences =
        computeIn ReadingDirection.Forward mean parameters sequences
