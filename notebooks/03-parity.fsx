(**
# Parity: are these the right numbers?

Nobody can check the numbers of a representation by eye. This notebook compares them with the results of other programs, and shows where
differences come from, how large each kind is, and what other implementations do differently.
*)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"
#r "nuget: UniRep.Charts"

open System
open System.IO
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Charts
open UniRep.Compute
open UniRep.Formats

let parse = Sequence.parse >> Result.orRaise
(**
## Weights by a formula

Golden values need weights that everyone has. A formula generates weights of any size: element $k$ of array $n$ is

$$\text{offset} + \text{scale} \cdot \sin(0.7548776662466927\,(n + 1)(k + 1) + n)$$

with the arrays numbered from 1 in a fixed order, and an offset and a scale for each kind of array. A short NumPy program, written only from the equations of the
paper, computed the vectors of some sequences with such weights in float64. The formula in F#:
*)
let waves units layers =
    let gates = 4 * units

    let shapes =
        [
            "embed", [ 26; 10 ], 0.0, 1.0
            for layer in 0 .. layers - 1 do
                let inputs = if layer = 0 then 10 else units
                $"layer{layer}.wmx", [ inputs; units ], 0.0, 1.0
                $"layer{layer}.wmh", [ units; units ], 0.0, 1.0
                $"layer{layer}.wx", [ inputs; gates ], 0.0, 1.0
                $"layer{layer}.wh", [ units; gates ], 0.0, 1.0
                $"layer{layer}.b", [ gates ], 0.5, 0.5
                $"layer{layer}.gmx", [ units ], 1.5, 0.5
                $"layer{layer}.gmh", [ units ], 1.5, 0.5
                $"layer{layer}.gx", [ gates ], 1.0, 0.5
                $"layer{layer}.gh", [ gates ], 0.5, 1.0 // some gains are negative, as in the published 1900-unit model
            "head.w", [ units; 25 ], 0.0, 0.2
            "head.b", [ 25 ], 0.0, 0.5
        ]

    let tensors =
        shapes
        |> List.mapi (fun at (name, shape, offset, scale) ->
            let n = float (at + 1)

            let element k =
                float32 (offset + scale * sin (0.7548776662466927 * (n + 1.0) * float (k + 1) + n))

            name, ({ Shape = shape; Values = Array.init (List.reduce (*) shape) element }: Tensor))

    let card =
        {
            Name = $"waves-{units}x{layers}"
            Version = ""
            License = ""
            Provenance = "a formula"
        }

    Weights.ofTensors card (Map.ofList tensors) |> Result.orRaiseAll
(**
Each row of the table below compares one kind of vector of all golden sequences with our results: those of the *definition*, the model of the paper in
float64, and those of the *engine*, the fast implementation in float32. The difference is the largest of any unit, relative to the value where it is above 1.
*)
let golden = Path.Combine(__SOURCE_DIRECTORY__, "..", "tests", "golden")

let read folder name =
    Npy.parse (File.ReadAllBytes(Path.Combine(folder, name))) |> Result.orRaise

/// The largest of some differences. Array.max passes over NaN; here it ends the notebook, and so does an infinity.
let largest differences =
    match Array.tryFind (Double.IsFinite >> not) differences with
    | Some difference -> invalidOp $"a difference is {difference}"
    | None -> Array.max differences

let farthest (expected: float[]) (found: float[]) =
    Array.map2 (fun e f -> abs (f - e) / max 1.0 (abs e)) expected found |> largest

let vectors =
    [ "average", (fun (rep: Rep) -> rep.Average); "final", _.Final; "cell", _.Cell ]

let compare folder name (weights: Weights) =
    let sequences =
        File.ReadLines(Path.Combine(folder, $"{name}.sequences.txt"))
        |> Seq.map parse
        |> Array.ofSeq

    let network = Mlstm.network weights
    use model = Model.ofWeights Cpu.automatic weights |> Result.orRaise
    let engine = Model.representMany model sequences |> Array.ofSeq
    let few = sequences |> Array.indexed |> Array.filter (fun (_, s) -> s.Length * weights.Shape.Units <= 25_000)
    let definition = few |> Array.map (fun (at, sequence) -> at, Mlstm.represent network sequence)

    for kind, take in vectors do
        let expected = read folder $"{name}.{kind}.npy" |> Npy.toFloats |> Array.chunkBySize weights.Shape.Units

        if expected.Length <> sequences.Length || engine.Length <> sequences.Length then
            invalidOp $"{sequences.Length} sequences, {expected.Length} golden vectors, {engine.Length} of the engine"

        let worst (reps: (int * Rep)[]) =
            reps
            |> Array.map (fun (at, rep) -> farthest expected[at] (Array.map float (take rep)))
            |> largest

        printfn $"%-12s{name} %-8s{kind} %12.1e{worst definition} %12.1e{worst (Array.indexed engine)}"

printfn "weights      vector    definition       engine"
compare golden "waves-5x2" (waves 5 2)
compare golden "waves-33x1" (waves 33 1)
compare golden "waves-1900x1" (waves 1900 1)
(*** include-output ***)
(**
Vectors are returned in float32, so the differences of the definition are only this rounding. The engine adds the rounding of every step. (The definition computes only
the shorter sequences; it is the reference, not meant to be fast.)

## The embedded models

The same with real weights, those of the two embedded models:
*)
printfn "weights      vector    definition       engine"

let ofName name =
    (WeightStore.resolve name |> Result.orRaise).Weights

for name in [ "open-256"; "open-672" ] do
    compare golden name (ofName name)
(*** include-output ***)
(**
## The published models

The authors' weights may not be copied into this repository (CC BY-NC 4.0), but `unirep weights get paper-64` fetches them. If they have been fetched, and if the folder
`UNIREP_TEST_DATA` contains golden values and the vectors that the original TensorFlow program computed for 4,000 antibodies, the next cell compares those as well.
*)
let testData = Environment.GetEnvironmentVariable "UNIREP_TEST_DATA" |> Option.ofObj

let published name =
    let inTestData = testData |> Option.map (fun folder -> Path.Combine(folder, "weights", name))

    match WeightStore.fetched name, inTestData with
    | Some folder, _ -> Some folder
    | None, Some folder when Directory.Exists folder -> Some folder
    | _ -> None

/// The 4,000 antibodies of the original program: sequence and average vector in each row.
let compareAntibodies folder (weights: Weights) =
    let rows =
        File.ReadLines(Path.Combine(folder, "reference", "antibody-64", "emi_reps.csv"))
        |> Seq.skip 1
        |> Seq.map (fun line -> line.Split ',')
        |> Array.ofSeq

    use model = Model.ofWeights Cpu.automatic weights |> Result.orRaise

    let worst =
        Model.representMany model [ for row in rows -> parse row[0] ]
        |> Array.ofSeq
        |> Array.map2 (fun (row: string[]) rep -> farthest (Array.map float row[1..]) (Array.map float rep.Average)) rows
        |> largest

    printfn $"{weights.Card.Name}: the engine is at most %.1e{worst} from the vectors of {rows.Length} antibodies"

for name in [ "paper-64"; "paper-256" ] do
    match published name, testData with
    | None, _ -> printfn $"{name}: not here; `unirep weights get {name}` fetches it"
    | Some _, None -> printfn $"{name}: here, but UNIREP_TEST_DATA names no folder of golden values"
    | Some folder, Some data ->
        let weights = (WeightFile.load folder |> Result.orRaise).Weights
        compare (Path.Combine(data, "golden")) name weights

        if name = "paper-64" then
            compareAntibodies data weights
(*** include-output ***)
(**
The tests of this project make these comparisons whenever the files are available: the largest difference from the 4,000 published vectors is 6.0e-7.

## Where differences come from

The float32 arithmetic of a step as plain loops, so that we can change one thing at a time: the σ, the input, the mean.
*)
let weights = ofName "open-256"
let network = Mlstm.network weights
let layer = network.First
let H = weights.Shape.Units
let single (values: float[]) = Array.map float32 values
let wmx, wmh = single layer.Wmx.Values, single layer.Wmh.Values
let wx, wh, b = single layer.Wx.Values, single layer.Wh.Values, single layer.B.Values

let dot (x: float32[]) (w: float32[]) =
    let cols = w.Length / x.Length
    let product = Array.zeroCreate<float32> cols

    for i in 0 .. x.Length - 1 do
        for j in 0 .. cols - 1 do
            product[j] <- product[j] + x[i] * w[i * cols + j]

    product

let step sigma (h: float32[], c: float32[]) token =
    let x = single (Matrix.row token network.Embed).Values
    let m = Array.map2 (*) (dot x wmx) (dot h wmh)
    let z = Array.map3 (fun fromX fromM bias -> fromX + fromM + bias) (dot x wx) (dot m wh) b
    let gate k j = sigma z[k * H + j]
    let c = Array.init H (fun j -> gate 1 j * c[j] + gate 0 j * tanh z[3 * H + j])
    Array.init H (fun j -> gate 2 j * tanh c[j]), c

let states sigma tokens =
    let zero = Array.zeroCreate<float32> H, Array.zeroCreate<float32> H
    List.scan (step sigma) zero tokens |> List.tail

let gfp =
    SequenceFile.read SequenceFile.defaults (Path.Combine(__SOURCE_DIRECTORY__, "..", "samples", "famous.fasta"))
    |> Seq.map Result.orRaise
    |> Seq.find (fun record -> record.Id.Contains "GFP")
    |> _.Sequence

let start, stop = 24, 25
let residues = [ for token in gfp.Tokens.ToArray() -> int token ]
let logistic (a: float32) = 1f / (1f + exp -a)
let exact = Mlstm.states network gfp |> Array.ofSeq
(**
First, the growth of rounding errors along GFP: the largest difference between float32 and float64 of any unit at each position, for the hidden state and the cell.
*)
let float32States = states logistic (start :: residues) |> Array.ofList
let rounding (a: float[]) (b: float32[]) = Array.map2 (fun x y -> abs (x - float y)) a b |> largest

[
    "h", [ for t in 0 .. exact.Length - 1 -> float t, rounding exact[t].H.Values (fst float32States[t]) ]
    "c", [ for t in 0 .. exact.Length - 1 -> float t, rounding exact[t].C.Values (snd float32States[t]) ]
]
|> List.map (fun (name, points) -> Chart.series name points)
|> Chart.lines
    "Rounding along GFP: float32 against float64"
    (Chart.axis "position (0 is start)")
    (Chart.logAxis "largest difference of any unit")
(*** include-it ***)
(**
The error of the hidden state soon reaches a constant level: when a forget gate resets a cell, the error disappears too. The error of the cell is larger because cells are larger: they reach several tens
here. Neither error keeps growing, so long proteins are about as accurate as short ones.

Next, changes other than rounding. Each line is the largest difference of any unit of the *average* vector of GFP from the definition.
*)
let meanOf (hs: float32[] list) =
    let sum = hs |> List.map (Array.map float) |> List.reduce (Array.map2 (+))
    sum |> Array.map (fun total -> total / float hs.Length)

let reference = (Mlstm.represent network gfp).Average |> Array.map float
let fromReference average = Array.map2 (fun a b -> abs (a - b)) reference average |> largest
let hs sigma tokens = states sigma tokens |> List.map fst
let hardSigmoid (a: float32) = max 0f (min 1f (0.2f * a + 0.5f))
let byTanh (a: float32) = 0.5f * (1f + tanh (0.5f * a))

let average precision =
    use model = Model.ofWeights (Cpu.backend (EngineOptions(Precision = precision))) weights |> Result.orRaise
    (Model.represent model gfp).Average |> Array.map float

let variants =
    [
        "engine", average Precision.Exact
        "plain float32 loops", meanOf (hs logistic (start :: residues))
        "σ by tanh, float32", meanOf (hs byTanh (start :: residues))
        "engine, int16w", average Precision.Int16Weights
        "engine, int16", average Precision.Int16
        "stop read as well", meanOf (hs logistic (start :: residues @ [ stop ]))
        "start left out of the mean", meanOf (List.tail (hs logistic (start :: residues)))
        "engine, int8", average Precision.Int8
        "start not read", meanOf (hs logistic residues)
        "a piecewise linear σ", meanOf (hs hardSigmoid (start :: residues))
    ]
    |> List.map (fun (name, average) -> name, fromReference average)

for name, difference in variants do
    printfn $"%-28s{name} %.1e{difference}"

[ for name, difference in variants -> Chart.bar name difference ]
|> Chart.bars
    "What moves the average vector of GFP, and how far"
    (Chart.axis "what is different")
    (Chart.logAxis "largest difference of any unit")
|> Chart.sized 820 460
(*** include-output ***)
(*** include-it ***)
(**
There is a gap of several orders of magnitude between rounding (the first three) and a different model (the last ones). A difference of 1e-6 from published vectors means that
the model is the same; a difference of 1e-3 means that it is not, however similar the vectors look. The precisions int16w and int16 are in between, and int8 changes the vector by thousandths, so
they are used only on request ([precision](../docs/precision.md)).

## What other implementations do

| | original (TensorFlow) | jax-unirep | TAPE | here |
|---|---|---|---|---|
| reads | start, residues | start, residues | start, residues, stop | start, residues |
| average over | L + 1 positions | L + 1 | L + 2 | L + 1 |
| final state | after the last residue | the same | after stop, a token that was never an input in training | after the last residue |
| class *k* of the head | token *k* + 1 | token *k* in models it trains: residues are shifted by one | 25 classes, targets of 26 | token *k* + 1; heads trained by jax-unirep are detected and converted |
| padding in training | masked | is read and predicted | masked | none |
| loss | cross-entropy | binary cross-entropy over 25 classes | does not run | cross-entropy |
| start → first residue | trained | never trained | | trained |
| models of 64 and 256 units | yes | language model only | no | yes |

So averages of the original program, jax-unirep and this library agree up to rounding. Those of TAPE differ by the stop token (the line "stop read as well"), and its *pooled* output is a different vector.
*)
