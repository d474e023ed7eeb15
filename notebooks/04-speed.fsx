(**
# Speed: from a fold to the engine

The definition of the model is a fold of a six-line step. The engine computes the same numbers many times faster. This notebook goes from one to the other in steps,
measures each on your machine, and explains where the time goes. Every figure is the median of a few short runs, which other programs disturb: the text says what holds
on every machine, the output shows the effect on this one.
*)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"
#r "nuget: UniRep.Charts"

open System
open System.Diagnostics
open UniRep
open UniRep.Definition
open UniRep.ModelFiles
open UniRep.Charts
open UniRep.Compute

let weights = (WeightStore.resolve "open-256" |> Result.orRaise).Weights
let H = weights.Shape.Units

/// Residues per second: the median of some runs, after one that does not count.
let rate runs (residues: int) action =
    action ()

    let seconds =
        [
            for _ in 1..runs ->
                let watch = Stopwatch.StartNew()
                action ()
                watch.Elapsed.TotalSeconds
        ]

    float residues / (List.sort seconds)[runs / 2]

let random = Random 1
let letters = "ACDEFGHIKLMNPQRSTVWY"
let protein length = Sequence.parse (String.init length (fun _ -> string letters[random.Next 20])) |> Result.orRaise
let residuesOf (sequences: Sequence list) = sequences |> List.sumBy _.Length
printfn $"{Environment.ProcessorCount} processors; instruction sets: {String.Join(Convert.ToChar 32, MlstmEngine.Supported)}"
(*** include-output ***)
(**
## What a step costs

A step multiplies $h$ with $W_{mh}$ and $m$ with $W_h$: $H \cdot H + H \cdot 4H = 5H^2$ multiplications and as many additions, $10 H^2$ operations; everything else is small in comparison. This is two thirds of a million operations for each
residue at 256 units, and 36 million at 1900 units.

## 1. The definition

Float64, a new array for every vector, written for readability:
*)
let short = protein 60
let network = Mlstm.network weights
let definition = rate 3 60 (fun () -> Mlstm.represent network short |> ignore)
printfn $"%.0f{definition} residues/s"
(*** include-output ***)
(**
## 2. Plain loops

Float32, and arrays that are allocated once. The loops read the weights row by row, in memory order:
*)
let single (values: float[]) = Array.map float32 values
let layer = network.First
let wmx, wmh = single layer.Wmx.Values, single layer.Wmh.Values
let wx, wh, b = single layer.Wx.Values, single layer.Wh.Values, single layer.B.Values
let embedded = Array.init 26 (fun token -> single (Matrix.row token network.Embed).Values)
let sigmoid (a: float32) = 1f / (1f + exp -a)

/// sums += x · w
let addProduct (x: float32[]) (w: float32[]) (sums: float32[]) =
    let cols = sums.Length

    for i in 0 .. x.Length - 1 do
        let xi = x[i]
        let row = i * cols

        for j in 0 .. cols - 1 do
            sums[j] <- sums[j] + xi * w[row + j]

/// The gates of one state: reads z, changes c and h.
let gates (z: float32[]) (h: float32[]) (c: float32[]) =
    for j in 0 .. H - 1 do
        c[j] <- sigmoid z[H + j] * c[j] + sigmoid z[j] * tanh z[3 * H + j]
        h[j] <- sigmoid z[2 * H + j] * tanh c[j]

let fold addProduct (sequence: Sequence) =
    let h, c = Array.zeroCreate<float32> H, Array.zeroCreate<float32> H
    let m, mx, z = Array.zeroCreate<float32> H, Array.zeroCreate<float32> H, Array.zeroCreate<float32> (4 * H)

    for token in Seq.append [ 24uy ] (sequence.Tokens.ToArray()) do
        let x = embedded[int token]
        Array.Clear m
        Array.Clear mx
        addProduct x wmx mx
        addProduct h wmh m

        for j in 0 .. H - 1 do
            m[j] <- m[j] * mx[j]

        Array.Copy(b, z, z.Length)
        addProduct x wx z
        addProduct m wh z
        gates z h c

    h

let loops = rate 3 60 (fun () -> fold addProduct short |> ignore)
printfn $"%.0f{loops} residues/s"
(*** include-output ***)
(**
## 3. SIMD

A processor has registers of 4, 8 or 16 float32 numbers, and multiplies and adds all of them with one instruction (SIMD). `Vector<float32>` uses these registers; only the inner loop changes:
*)
type Register = System.Numerics.Vector<float32>

let addProductByVectors (x: float32[]) (w: float32[]) (sums: float32[]) =
    let cols, width = sums.Length, Register.Count

    for i in 0 .. x.Length - 1 do
        let xi = Register x[i]
        let row = i * cols
        let mutable j = 0

        while j < cols do
            let sum = System.Numerics.Vector.FusedMultiplyAdd(xi, Register(w, row + j), Register(sums, j))
            sum.CopyTo(sums, j)
            j <- j + width

let vectors = rate 3 60 (fun () -> fold addProductByVectors short |> ignore)
printfn $"%.0f{vectors} residues/s"
(*** include-output ***)
(**
This is still far from the limit of the machine: every multiplication loads its sum from memory and stores it again.

## 4. The engine, one thread

The engine keeps sums in registers: a *tile* of 6 proteins by 64 columns at a time, so every loaded weight serves 6 proteins and every state 64 columns. Weights are packed so
that one tile contains the four gates of 16 units, which are computed while the sums are still in the first-level cache. The same source is compiled for every instruction set.

From here on the input is a batch of 64 proteins of the same length.
*)
let batch = [ for _ in 1..64 -> protein 200 ]

let engine options weights sequences runs =
    use model = Model.ofWeights (Cpu.backend options) weights |> Result.orRaise
    rate runs (residuesOf sequences) (fun () -> Model.representMany model sequences |> Seq.iter ignore)

let oneThread =
    [
        for set in MlstmEngine.Supported ->
            $"engine, 1 thread, {set}",
            engine (EngineOptions(Threads = 1, InstructionSet = set)) weights batch 5
    ]

for name, measured in oneThread do
    printfn $"%-28s{name} %.0f{measured} residues/s"
(*** include-output ***)
(**
## 5. All threads

Threads share the panels of every step. For a model this small each thread processes its own proteins instead, so threads do not wait for each other.
*)
let allThreads = engine (EngineOptions()) weights batch 5
printfn $"%.0f{allThreads} residues/s"
(*** include-output ***)
(**
## 6. Proteins of all lengths

Real proteins differ in length. A batch is usually a rectangle, padded to its longest sequence, and the padding is computed too. The lengths here are like those of a proteome (median 300):
*)
let normal () = sqrt (-2.0 * log (1.0 - random.NextDouble())) * cos (2.0 * Math.PI * random.NextDouble())
let ragged = [ for _ in 1..192 -> protein (Math.Clamp(int (300.0 * exp (0.6 * normal ())), 30, 2000)) ]

let padded =
    ragged
    |> List.chunkBySize 32
    |> List.sumBy (fun batch -> batch.Length * (batch |> List.map _.Length |> List.max))

let raggedRate = engine (EngineOptions()) weights ragged 3
printfn $"padding in batches of 32: %.0f{100.0 * (1.0 - float (residuesOf ragged) / float padded)} %% of the work would be for nothing"
printfn $"the engine, without: %.0f{raggedRate} residues/s"
(*** include-output ***)
(**
The engine does not use rectangles. It has *lanes*: when a protein ends, the next one takes its lane at once, so every lane has work until the input ends.

## 7. Shared prefixes

All single mutants of a protein share prefixes: the state after a common prefix is computed once (notebook 02). Counted in residues of the input:
*)
let wild = protein 150

let mutants =
    [
        for at in 0 .. wild.Length - 1 do
            for letter in letters do
                if letter <> wild.Letters[at] then
                    Sequence.parse (wild.Letters.Remove(at, 1).Insert(at, string letter)) |> Result.orRaise
    ]

let mutantRate = engine (EngineOptions()) weights mutants 3
printfn $"{mutants.Length} single mutants: %.0f{mutantRate} residues/s"
(*** include-output ***)
(**
## 8. Lower precision

So far the engine has computed in float32, `exact`. Matrices of 16-bit or 8-bit integers take less memory, and more
numbers fit into a register; the gain depends on the instructions of the processor. [Precision](../docs/precision.md) shows the loss of accuracy.
*)
let precisions =
    [
        for name, precision in [ "int16", Precision.Int16; "int8", Precision.Int8 ] ->
            $"engine, {name}", engine (EngineOptions(Precision = precision)) weights batch 5
    ]

for name, measured in precisions do
    printfn $"%-28s{name} %.0f{measured} residues/s"
(*** include-output ***)
(**
## All steps

Each bar is a step of this notebook, on a logarithmic scale.
*)
[
    "definition", definition
    "plain loops", loops
    "Vector<float32>", vectors
    yield! oneThread
    "engine, all threads", allThreads
    yield! precisions
    "single mutants", mutantRate
]
|> List.map (fun (name, measured) -> Chart.bar name measured)
|> Chart.bars
    $"256 units: residues per second, {Environment.ProcessorCount} processors"
    (Chart.axis "step")
    (Chart.logAxis "residues/s")
|> Chart.sized 860 480
(*** include-it ***)
(**
## The roofline

Two limits apply to every program: how fast the machine multiplies, and how fast it reads the weights. Which one applies depends on the number of operations per byte read, the
*arithmetic intensity*. A model of 1900 units has 72 MB of weights, and a step reads them all, from memory or from the last-level cache if it is large enough. For one protein a weight is used once:
2 operations for 4 bytes. For a batch of $B$ proteins it is used $B$ times.

The line is the lower of the two limits, measured here; the points are the engine, with random weights. Left of the corner, reading the weights is the
limit, and a batch shares one reading of them; right of it the arithmetic is the limit. This is why batches are faster. The last column shows how close the engine comes to the line for each number of proteins.
*)
let large =
    let units = 1900
    let values count scale = Array.init count (fun _ -> scale * (random.NextSingle() - 0.5f))
    let tensor shape scale: Tensor = { Shape = shape; Values = values (List.reduce (*) shape) scale }
    let ones count: Tensor = { Shape = [ count ]; Values = Array.create count 0.7f }

    Map.ofList
        [
            "embed", tensor [ 26; 10 ] 2f
            "layer0.wmx", tensor [ 10; units ] 1f
            "layer0.wmh", tensor [ units; units ] 1f
            "layer0.wx", tensor [ 10; 4 * units ] 1f
            "layer0.wh", tensor [ units; 4 * units ] 1f
            "layer0.b", tensor [ 4 * units ] 1f
            "layer0.gmx", ones units
            "layer0.gmh", ones units
            "layer0.gx", ones (4 * units)
            "layer0.gh", ones (4 * units)
            "head.w", tensor [ units; 25 ] 0.1f
            "head.b", tensor [ 25 ] 0.1f
        ]
    |> Weights.ofTensors { weights.Card with Name = "random" }
    |> Result.orRaiseAll

let operations = 10.0 * 1900.0 * 1900.0 // of a residue
let bytes = 4.0 * 5.0 * 1900.0 * 1900.0 // of the two large matrices
let threads = Environment.ProcessorCount

/// Measured before and after: the better one counts, since other programs can only disturb it.
let limits () =
    MachinePeak.FmaGflops(threads, Seq.last MlstmEngine.Supported), MachinePeak.ReadGigabytesPerSecond(int64 bytes, threads)

let peakBefore, readingBefore = limits ()

let points =
    use model = Model.ofWeights Cpu.automatic large |> Result.orRaise

    [
        for proteins in [ 1; 2; 4; 8; 16; 32; 128 ] ->
            let batch = [ for _ in 1..proteins -> protein (max 40 (160 / proteins)) ]
            let measured = rate 3 (residuesOf batch) (fun () -> Model.representMany model batch |> Seq.iter ignore)
            proteins, measured
    ]

let peakAfter, readingAfter = limits ()
let peak, reading = max peakBefore peakAfter, max readingBefore readingAfter
printfn $"peak %.0f{peak} GFLOP/s, reading %.0f{reading} GB/s"

for proteins, measured in points do
    let attainable = min peak (reading * 0.5 * float proteins)
    printfn $"%4d{proteins} proteins: %7.0f{measured} residues/s, %3.0f{100.0 * measured * operations * 1e-9 / attainable} %% of what is attainable"

[
    Chart.series "limit" [ for intensity in [ 0.25; peak / reading; 128.0 ] -> intensity, min peak (reading * intensity) ]
    Chart.series "engine" [ for proteins, measured in points -> 0.5 * float proteins, measured * operations * 1e-9 ]
]
|> Chart.lines
    "Roofline of a step of 1900 units"
    (Chart.logAxis "operations for each byte of weights read")
    (Chart.logAxis "GFLOP/s")
(*** include-output ***)
(*** include-it ***)
(**
How to read the percentages: both limits can be reached only if reading and arithmetic overlap perfectly, so points near the corner tend to be lower than those far to the right. The limit of
reading is that of a loop that does nothing else; it varies with the use of the caches by other programs, and a single protein is timed for only some tenths of a second. `unirep bench` measures
longer and alternately, and [benchmarks](../docs/benchmarks.md) has figures from a quiet machine, compared with PyTorch.
*)
