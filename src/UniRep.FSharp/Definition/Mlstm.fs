namespace UniRep.Definition

open UniRep
open UniRep.Compute

type Layer<[<Measure>] 'input> =
    {
        Wmx: Matrix<'input, hidden>
        Wmh: Matrix<hidden, hidden>
        Wx: Matrix<'input, gate>
        Wh: Matrix<hidden, gate>
        B: Vector<gate>
    }

type State =
    { H: Vector<hidden>; C: Vector<hidden> }

type Network =
    {
        Embed: Matrix<token, embed>
        First: Layer<embed>
        Rest: Layer<hidden> list
        HeadW: Matrix<hidden, cls>
        HeadB: Vector<cls>
    }

[<RequireQualifiedAccess>]
module Mlstm =
    let private (+.) a b = Vector.add a b
    let private ( *. ) a b = Vector.mul a b
    let private (@.) x w = Matrix.apply w x

    let private sigmoid v =
        Vector.map (fun x -> 1.0 / (1.0 + exp -x)) v

    let private tanh v = Vector.map System.Math.Tanh v

    let zero (layer: Layer<'input>) =
        {
            H = Vector.zero layer.Wmh.Rows
            C = Vector.zero layer.Wmh.Rows
        }

    /// The four gates of all units: input, forget, output, update.
    let private split (z: Vector<gate>) =
        let units = int z.Length / 4

        let block k =
            Vector<hidden>(Array.sub z.Values (k * units) units)

        struct (block 0, block 1, block 2, block 3)

    let step (layer: Layer<'input>) state (x: Vector<'input>) =
        let m = (x @. layer.Wmx) *. (state.H @. layer.Wmh)
        let z = (x @. layer.Wx) +. (m @. layer.Wh) +. layer.B
        let struct (i, f, o, u) = split z
        let c = (sigmoid f *. state.C) +. (sigmoid i *. tanh u)
        let h = sigmoid o *. tanh c
        { H = h; C = c }

    let scan network xs =
        let over layer xs =
            Seq.scan (step layer) (zero layer) xs |> Seq.tail

        (over network.First xs, network.Rest)
        ||> List.fold (fun below layer -> below |> Seq.map _.H |> over layer)

    /// The states after a first token and after each of the others.
    let private statesAfter network first tokens =
        Seq.append [ first ] tokens
        |> Seq.map (fun token -> Matrix.row (int token) network.Embed)
        |> scan network

    let states network (sequence: Sequence) =
        statesAfter network Residue.start (sequence.Tokens.ToArray())

    let represent network sequence =
        let states = states network sequence |> Array.ofSeq
        let sum = states |> Array.map _.H |> Array.reduce (+.)
        let last = Array.last states
        let single (v: Vector<hidden>) = Array.map float32 v.Values

        {
            Average = single (Vector.map (fun x -> x / float states.Length) sum)
            Final = single last.H
            Cell = single last.C
        }

    let logits network h = (h @. network.HeadW) +. network.HeadB

    let logProbabilities (logits: Vector<cls>) =
        let top = Array.max logits.Values
        let log = top + log (logits.Values |> Array.sumBy (fun x -> exp (x - top)))
        Vector.map (fun x -> x - log) logits

    /// The log-probabilities of tokens, then of a last token, in the order in which they are read.
    let private logLikelihoodsFrom network first tokens last =
        (statesAfter network first tokens, Seq.append tokens [ last ])
        ||> Seq.map2 (fun state target ->
            (logits network state.H |> logProbabilities)[int target - 1])
        |> Array.ofSeq

    let logLikelihoods network (sequence: Sequence) =
        logLikelihoodsFrom network Residue.start (sequence.Tokens.ToArray()) Residue.stop

    let logLikelihoodsBackward network (sequence: Sequence) =
        let reversed = Array.rev (sequence.Tokens.ToArray())
        let terms = logLikelihoodsFrom network Residue.stop reversed Residue.start
        Array.append (Array.rev terms[.. sequence.Length - 1]) terms[sequence.Length ..]

    let normalize (g: Vector<'cols>) (v: Matrix<'rows, 'cols>) =
        let cols = int v.Cols
        let squares = Array.zeroCreate<float> cols

        v.Values
        |> Array.iteri (fun k x -> squares[k % cols] <- squares[k % cols] + x * x)

        let scale = Array.map2 (fun g s -> g / sqrt (max s 1e-12)) g.Values squares

        Matrix<'rows, 'cols>(
            v.Rows,
            v.Cols,
            v.Values |> Array.mapi (fun k x -> x * scale[k % cols])
        )

    let networkOf (shape: MlstmShape) (array: string -> float[]) =
        let units = shape.Units * 1<hidden>
        let gates = shape.Units * 4<gate>
        let width = shape.Embedding * 1<embed>

        let layer index (inputs: int<'input>) : Layer<'input> =
            let array name = array $"layer{index}.{name}"

            let normed g v rows cols =
                normalize (Vector(array g)) (Matrix(rows, cols, array v))

            {
                Wmx = normed "gmx" "wmx" inputs units
                Wmh = normed "gmh" "wmh" units units
                Wx = normed "gx" "wx" inputs gates
                Wh = normed "gh" "wh" units gates
                B = Vector(array "b")
            }

        // A head that is not there has no rows, so that asking for its logits is an ArgumentException.
        let headW = array "head.w"

        {
            Embed = Matrix(26<token>, width, array "embed")
            First = layer 0 width
            Rest = List.init (shape.Layers - 1) (fun index -> layer (index + 1) units)
            HeadW = Matrix(headW.Length / 25 * 1<hidden>, 25<cls>, headW)
            HeadB = Vector(array "head.b")
        }

    let network (weights: Weights) =
        let arrays =
            Weights.toTensors weights
            |> List.map (fun (name, tensor) -> name, Array.map float tensor.Values)
            |> Map.ofList

        networkOf weights.Shape (fun name -> arrays.TryFind name |> Option.defaultValue [||])
