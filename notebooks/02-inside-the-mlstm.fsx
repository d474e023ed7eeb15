(**
# Inside the mLSTM

UniRep is a *multiplicative LSTM*: it reads a protein one residue at a time, and its state after a residue is all it knows about
the protein so far. This notebook explains the parts of the model: the embedding, the multiplicative state,
the four gates, the cell, the head. Every equation is in the text and then, with the same names, in the code.

The model here is open-256, the smaller of the two embedded models: one layer of $H = 256$ hidden units. The published model of Alley et al. (2019)
has $H = 1900$ and is otherwise the same.
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

let weights = (WeightStore.resolve "open-256" |> Result.orRaise).Weights
let network = Mlstm.network weights // float64, weight norm folded
let layer = network.First
let H = weights.Shape.Units
(**
## From letters to numbers

A sequence becomes *tokens*, numbers from 0 to 25: one for each residue, one for *start*, which comes first, and one for
*stop*. A token is a row number in the embedding, a table of 26 rows and $E = 10$ columns. The row is the
embedded residue $x$, the only thing the model sees of a letter.
*)
let proteins =
    [
        for record in
            SequenceFile.read
                SequenceFile.defaults
                (Path.Combine(__SOURCE_DIRECTORY__, "..", "samples", "famous.fasta")) do
            let record = record |> Result.orRaise
            record.Id, record.Sequence
    ]

let lysozyme = proteins |> List.find (fun (id, _) -> id.Contains "LYSOZYME") |> snd
let start = 24

let tokens (sequence: Sequence) =
    start :: [ for token in sequence.Tokens.ToArray() -> int token ]

printfn $"{lysozyme.Letters[..9]}…"
printfn $"""{String.Join(", ", List.truncate 11 (tokens lysozyme))}, …"""
(*** include-output ***)
(**
The model learnt these rows from sequences alone, without any chemistry. Does it know which residues are similar? Ten columns
cannot be drawn, so the plot shows the two directions in which the twenty rows differ most (their principal
components), coloured by the textbook class of each residue.
*)
let letters = "ACDEFGHIKLMNPQRSTVWY"

let row token = Matrix.row token network.Embed

let tokenOf (letter: char) =
    int ((Sequence.parse (string letter) |> Result.orRaise).Tokens.Span[0])

let embedded =
    [ for letter in letters -> Array.map float32 (row (tokenOf letter)).Values ]

let map = Projection.pca 2 embedded

let kinds =
    [
        "aliphatic", "AVLIM"
        "aromatic", "FWYH"
        "charged", "DEKR"
        "polar", "STNQ"
        "special", "CGP"
    ]

[
    for kind, members in kinds ->
        Chart.labelled
            kind
            [
                for letter in members do
                    let at = letters.IndexOf letter
                    string letter, map.Coordinates[at, 0], map.Coordinates[at, 1]
            ]
]
|> Chart.scatter
    "The embedding of the twenty residues"
    (Chart.axis $"component 1 (%.0f{100.0 * map.Explained[0]} %% of the variance)")
    (Chart.axis $"component 2 (%.0f{100.0 * map.Explained[1]} %% of the variance)")
(*** include-it ***)
(**
The point next to L is T, the one next to W is H. The plot is a projection, so two residues at the same place may still differ in the other eight dimensions. The
nearest neighbour of each residue in all ten dimensions:
*)
let distance a b =
    Seq.map2 (fun x y -> (x - y) ** 2.0) (row (tokenOf a)).Values (row (tokenOf b)).Values |> Seq.sum

let neighbours =
    [ for a in letters -> a, letters |> Seq.filter ((<>) a) |> Seq.minBy (distance a) ]

let areAlike (a: char, b: char) =
    kinds |> List.exists (fun (_, members) -> members.Contains a && members.Contains b)

let pairs = [ for a, b in neighbours -> $"{a}:{b}" ]
printfn $"""{String.Join(" ", pairs)}"""
printfn $"{neighbours |> List.filter areAlike |> List.length} of 20 have their nearest neighbour in their own kind"
(*** include-output ***)
(**
I and L, V and M are neighbours, as expected from their chemistry, and so are the two small residues S and A; but D is next to F, and E next to G. Chance would give
3 of 20. So the table contains some chemistry, but not much. It does not have to: the rows pass through two matrices before
they have an effect, and the units show better what the model knows about residues (see below).

## One step

The state has two vectors of $H$ numbers: the hidden state $h$, which is the output, and the cell $c$, which is internal.
Both start at zero. A step computes the new state from the old state and the next embedded residue:

$$m = (x\,W_{mx}) \odot (h\,W_{mh})$$

$$z = x\,W_x + m\,W_h + b$$

$$i, f, o, u = \text{four equal blocks of } z$$

$$c' = \sigma(f) \odot c + \sigma(i) \odot \tanh(u)$$

$$h' = \sigma(o) \odot \tanh(c')$$

$\odot$ is the element-wise product, and $\sigma(a) = 1 / (1 + e^{-a})$ maps a number to the range from 0 to 1. In plain F#, on arrays:
*)
/// x · w, [rows] · [rows, cols] → [cols]; w is row-major.
let dot (x: float[]) (w: float[]) =
    let cols = w.Length / x.Length
    let product = Array.zeroCreate<float> cols

    for i in 0 .. x.Length - 1 do
        for j in 0 .. cols - 1 do
            product[j] <- product[j] + x[i] * w[i * cols + j]

    product

let sigmoid a = 1.0 / (1.0 + exp -a)
let wmx, wmh = layer.Wmx.Values, layer.Wmh.Values // [10, H], [H, H]
let wx, wh, b = layer.Wx.Values, layer.Wh.Values, layer.B.Values // [10, 4H], [H, 4H], [4H]

/// i, f and o after σ, u after tanh, [H] each.
let split (z: float[]) =
    let block k = z[k * H .. (k + 1) * H - 1]
    Array.map sigmoid (block 0), Array.map sigmoid (block 1), Array.map sigmoid (block 2), Array.map tanh (block 3)

let gate (c: float[]) z =
    let i, f, o, u = split z
    let c = Array.init H (fun k -> f[k] * c[k] + i[k] * u[k])
    Array.map2 (fun o c -> o * tanh c) o c, c

let preactivation (h: float[]) (x: float[]) =
    let m = Array.map2 (*) (dot x wmx) (dot h wmh)
    Array.map3 (fun fromX fromM bias -> fromX + fromM + bias) (dot x wx) (dot m wh) b

let step (h, c) x = preactivation h x |> gate c
(**
That is the whole model. The *multiplicative* part is $m$: in an ordinary LSTM the gates depend on $h$ itself; here they
depend on $h$ through a matrix whose effect is scaled by the current residue, element by element. So each residue has its own transition
from state to state. It also means that $h$ reaches the gates only through $m$: at the first step $h = 0$, so $m = 0$ too.

Reading a protein means repeating the step. The average of $h$ over start and all residues is "the UniRep vector". Do our ten lines
give the same result as the library's definition (`Mlstm`, in float64) and its engine (float32, written for speed)?
*)
let states sequence =
    let xs = [ for token in tokens sequence -> (row token).Values ]
    let zero = Array.zeroCreate<float> H, Array.zeroCreate<float> H
    List.scan step zero xs |> List.tail // a state after start and after each residue

let mean (vectors: float[] list) =
    List.reduce (Array.map2 (+)) vectors |> Array.map (fun sum -> sum / float vectors.Length)

let difference (a: float[]) (b: float[]) =
    let differences = Array.map2 (fun x y -> abs (x - y)) a b

    if Array.forall Double.IsFinite differences then
        Array.max differences
    else
        invalidOp "a number is NaN or infinite" // which Array.max would pass over

let ours = states lysozyme |> List.map fst |> mean
let definition = (Mlstm.represent network lysozyme).Average |> Array.map float
let fast = Model.ofWeights Cpu.automatic weights |> Result.orRaise
let engine = (Model.represent fast lysozyme).Average |> Array.map float

/// A small number, such as 2.9e-8.
let small (number: float) = number.ToString "0.0e-0"

printfn $"ten lines and definition differ by at most {small (difference ours definition)}"
printfn $"ten lines and engine differ by at most     {small (difference ours engine)}"
(*** include-output ***)
(**
Both vectors are returned in float32, where one unit in the last place is about 6e-8 for values near 1. The rest of
the second difference is rounding that accumulates over the steps.

## What "multiplicative" means

Take one state, the $h$ after 60 residues of lysozyme, and let each of the twenty residues come next. The state adds
$m\,W_h$ to the gates. In an ordinary LSTM it would add $h\,W_h$, the same for every residue. How similar is it here for two different residues? The
heat map shows the cosine similarity of the two terms: 1 if they have the same direction, 0 if they are unrelated.
*)
let memory = fst (states lysozyme).[60]
let byKind = kinds |> List.map snd |> String.concat ""

let additions =
    [|
        for letter in byKind ->
            let m = Array.map2 (*) (dot (row (tokenOf letter)).Values wmx) (dot memory wmh)
            dot m wh
    |]

let cosine (a: float[]) (b: float[]) =
    let product x y = Array.map2 (*) x y |> Array.sum
    product a b / sqrt (product a a * product b b)

let names = [| for letter in byKind -> string letter |]
let others at = Seq.init 20 id |> Seq.filter ((<>) at)
let cosines = Array2D.init 20 20 (fun a b -> cosine additions[a] additions[b])
let average = Seq.average (seq { for a in 0..19 do for b in others a -> cosines[a, b] })
printfn $"two different residues: cosine %.2f{average} on average"

Chart.heatMap
    "One memory as different residues read it"
    (Chart.axis "next residue")
    (Chart.axis "next residue")
    Colours.Diverging
    "cosine"
    names
    names
    cosines
|> Chart.sized 620 560
(*** include-output ***)
(*** include-it ***)
(**
The diagonal is each residue with itself. The other values are around one half, some below 0: the effect of the state on the gates depends on the next residue.
For an ordinary LSTM the whole square would be 1. L and I are the most similar, S and T, D and E nearly so; but D is nearest to P,
and C differs most from the others.

## What weight normalisation does

The matrices in the equations are not the trained parameters. Each column $j$ of a raw matrix $V$ is normalised to length 1 and
then scaled by its own *gain* (Salimans and Kingma 2016):

$$W_{\cdot j} = g_j \frac{V_{\cdot j}}{\lVert V_{\cdot j} \rVert}$$

So training can change the direction of a column without its length, and its length without its direction. The length of every column of $W$ is
$|g_j|$, whatever $V$ is. Without the normalisation it would be a different model:
*)
let raw = weights.Layers.Head
let values (array: float32[]) = Array.map float array

let columnLengths (w: float[]) =
    let rows, cols = H, w.Length / H
    Array.init cols (fun j -> sqrt (Seq.sum (seq { for i in 0 .. rows - 1 -> w[i * cols + j] ** 2.0 })))

let gains = values raw.Gh |> Array.map abs
printfn $"largest difference of column lengths of wh and |gh|: {small (difference (columnLengths wh) gains)}"

Chart.histogram
    "Lengths of the columns of wh"
    (Chart.axis "length of a column")
    40
    [ "raw, as trained", columnLengths (values raw.Wh); "normalised: the gains", gains ]
(*** include-output ***)
(*** include-it ***)
(**
The first histogram does not matter to the model: the raw lengths could be anything. The model uses the second. What would happen
if we forgot to normalise, and used the raw matrices? The test is how well the model then predicts the next residue, over all proteins of the sample. The
*perplexity* is the number of residues among which it hesitates (explained below); random guessing among twenty gives 20.
*)
let unnormalised =
    { network with
        First =
            { layer with
                Wmx = Matrix(layer.Wmx.Rows, layer.Wmx.Cols, values raw.Wmx)
                Wmh = Matrix(layer.Wmh.Rows, layer.Wmh.Cols, values raw.Wmh)
                Wx = Matrix(layer.Wx.Rows, layer.Wx.Cols, values raw.Wx)
                Wh = Matrix(layer.Wh.Rows, layer.Wh.Cols, values raw.Wh)
            }
    }

let perplexity network =
    let surprises = [ for _, sequence in proteins do yield! Mlstm.logLikelihoods network sequence ]
    exp -(List.average surprises)

printfn $"perplexity with normalisation: %.1f{perplexity network}, without: %.1f{perplexity unnormalised}"
(*** include-output ***)
(**
The predictions get worse, but not much, because the raw lengths of this model happen to be close to the gains, as the histogram shows. Nothing guarantees that.

The library folds the
normalisation into the matrices once, when a model is loaded. A program that normalises at every step, like one public implementation, reads and
scales all its weights for every residue.

## Watching the gates

What do the units do along a protein? The heat map shows the forget gate $\sigma(f)$ of a few units along hen egg-white lysozyme.
Where it is 1, the unit keeps its cell; where it is near 0, it resets the cell. The units were selected by hand: over 129
proteins with 28,242 residues (120 chosen at random from *E. coli*, and the sample), the forget gates of the first five units
close at one kind of residue each (correlation −0.7 to −0.8); those of the last two never close.
*)
/// The gates i, f, o and u at start and at each residue.
let along sequence =
    let xs = [ for token in tokens sequence -> (row token).Values ]
    let before = Array.zeroCreate<float> H :: List.map fst (states sequence)
    List.map2 (fun h x -> split (preactivation h x)) (List.truncate xs.Length before) xs

let forgetters = [ 231, "A"; 68, "G"; 51, "F"; 80, "K"; 56, "S"; 22, "never"; 57, "never" ]
let gates = along lysozyme |> List.tail // from the first residue on
let columns = [| for letter in lysozyme.Letters[..59] -> string letter |]

let forget =
    Array2D.init forgetters.Length columns.Length (fun r t ->
        let _, f, _, _ = gates[t]
        f[fst forgetters[r]])

Chart.heatMap
    "Forget gates along the first 60 residues of lysozyme"
    (Chart.axis "residue")
    (Chart.axis "unit: forgets at")
    Colours.Sequential
    "σ(f): 1 keeps, 0 forgets"
    [| for unit, letter in forgetters -> $"{unit}: {letter}" |]
    columns
    forget
|> Chart.sized 1000 320
(*** include-it ***)
(**
Read a row from left to right: the unit forgets at dark cells. Compare them with the letters below: unit 80 resets its cell at
every K, unit 68 at G and, less, at others. So these units can represent what has happened since the last K or G. The last two rows are never dark:
these cells keep their content.

The update $\tanh(u)$ is what a unit writes into its cell. Unit 108 writes high values at some residues and low values at
others. The plot compares it with the hydropathy of each residue (Kyte and Doolittle 1982), a measure of how hydrophobic it is:
*)
let hydropathy =
    Map.ofSeq (
        Seq.zip
            "ARNDCQEGHILKMFPSTWYV"
            [ 1.8; -4.5; -3.5; -3.5; 2.5; -3.5; -3.5; -0.4; -3.2; 4.5
              3.8; -3.9; 1.9; 2.8; -1.6; -0.8; -0.7; -0.9; -1.3; 4.2 ]
    )

let update = [ for _, _, _, u in gates -> u[108] ]
let water = [ for letter in lysozyme.Letters -> hydropathy[letter] ]

let correlation (a: float list) (b: float list) =
    let da, db = List.map (fun x -> x - List.average a) a, List.map (fun x -> x - List.average b) b
    let sum = List.map2 (*) da db |> List.sum
    sum / sqrt (List.sumBy (fun x -> x * x) da * List.sumBy (fun x -> x * x) db)

[ for kind, members in kinds ->
      Chart.labelled
          kind
          [
              for t, letter in Seq.indexed lysozyme.Letters do
                  if members.Contains letter then
                      $"{letter}{t + 1}", water[t], update[t]
          ] ]
|> Chart.scatter
    $"Unit 108 writes hydropathy: r = %.2f{correlation update water} in lysozyme"
    (Chart.axis "hydropathy of the residue (Kyte and Doolittle)")
    (Chart.axis "update of unit 108, tanh(u)")
(*** include-it ***)
(**
Each point is a residue of lysozyme (over all 129 proteins $r = 0.84$). Hydrophobic residues are at the top right, hydrophilic residues at the bottom left. C, at
2.5, does not fit: the unit correlates with hydropathy, but is not the same. And one residue does not always give the same value: the state
before it has an influence, through $m$.

## The cell adds up

$h$ always lies between −1 and 1, because it is a product of a σ and a tanh. The cell $c$ has no such bounds: if the forget
gate of a unit stays near 1 and its updates have the same sign, they add up. The plot shows the cell of unit 140 along three proteins:
*)
let cellAlong unit sequence =
    [ for t, (_, c: float[]) in List.indexed (states sequence) -> float t, c[unit] ]

let some name = proteins |> List.find (fun (id, _) -> id.Contains(name: string)) |> snd

[ "lysozyme"; "myoglobin"; "GFP" ]
|> List.map (fun name -> Chart.series name (cellAlong 140 (some (name.ToUpperInvariant()))))
|> Chart.lines
    "The cell of unit 140 along three proteins"
    (Chart.axis "position (0 is start)")
    (Chart.axis "c of unit 140")
(*** include-it ***)
(**
In most proteins this cell rises all the way: over the 120 proteins of *E. coli* its correlation with the position is 0.90 on average. So a model
without positions can still represent the length of a protein. But it is not a counter, as GFP shows: from residue 120 on its
cell falls. Cells are the part of a representation (`Rep.Cell`) with the widest range, so tests of $c$ allow an error relative to its size.

## Why this is a fold

The step takes a state and a residue and returns a state; it depends on nothing else. So reading a protein is a *fold*, in F#
`List.fold step zero xs`, and keeping all the states is a *scan*. This has two consequences.

First, the state after a prefix does not depend on what comes next. Sequences with a common prefix can share its computation: all single
mutants of a protein need, on average, only half of its steps. The engine uses this whenever sequences of its input share prefixes.
*)
let after letters =
    let xs = [ for letter in letters -> (row (tokenOf letter)).Values ]
    fun state -> List.fold step state xs

let zero = Array.zeroCreate<float> H, Array.zeroCreate<float> H
let begun = step zero (row start).Values
let common = begun |> after lysozyme.Letters[..99] // computed once …
let wild = common |> after lysozyme.Letters[100..]
let mutant = common |> after ("V" + lysozyme.Letters[101..]) // … used twice

let fromStart = begun |> after (lysozyme.Letters[..99] + "V" + lysozyme.Letters[101..])
let h = fst
printfn $"the mutant's last h, by the shared prefix and from start: {difference (h mutant) (h fromStart)} apart"
printfn $"it differs from the wild type's by up to %.2f{difference (h mutant) (h wild)}"
(*** include-output ***)
(**
Second, several proteins can be read in one batch. Each has its own state; stacked as rows, the states are matrices $[B, H]$, and
$h\,W_{mh}$ becomes a product of two matrices. Rows are independent, so every protein gets the numbers it would get alone. Only the
speed changes: a weight that is read from memory now serves $B$ proteins (notebook 04).
*)
/// xs · w, [B, rows] · [rows, cols] → [B, cols]: each weight is read once and used for every lane.
let dotAll (xs: float[][]) (w: float[]) =
    let cols = w.Length / xs[0].Length
    let products = xs |> Array.map (fun _ -> Array.zeroCreate<float> cols)

    for i in 0 .. xs[0].Length - 1 do
        for j in 0 .. cols - 1 do
            let weight = w[i * cols + j]

            for lane in 0 .. xs.Length - 1 do
                products[lane][j] <- products[lane][j] + xs[lane][i] * weight

    products

/// One step of several lanes: a state and an embedded residue for each.
let stepAll (hs: float[][], cs: float[][]) (xs: float[][]) =
    let ms = Array.map2 (Array.map2 (*)) (dotAll xs wmx) (dotAll hs wmh)
    let add fromX fromM = Array.map3 (fun fromX fromM bias -> fromX + fromM + bias) fromX fromM b
    let zs = Array.map2 add (dotAll xs wx) (dotAll ms wh)
    Array.map2 gate cs zs |> Array.unzip

let pair = [ some "UBIQUITIN"; some "LYSOZYME" ]
let length = 76 // as far as the shorter one goes

let read = [ for sequence in pair -> [ for token in List.truncate (length + 1) (tokens sequence) -> (row token).Values ] ]
let alone = [| for xs in read -> List.fold step zero xs |]

let zeros = [| for _ in pair -> Array.zeroCreate<float> H |]
let side = List.transpose read |> List.map Array.ofList |> List.fold stepAll (zeros, zeros)

printfn $"the same numbers, to the last bit: {side = Array.unzip alone}"

// The engine keeps this promise as well, in float32 and for any batch.
let reps = Model.representMany fast pair |> Seq.toArray
printfn $"and in the engine: {reps[1] = Model.represent fast pair[1]}"
(*** include-output ***)
(**
## The same fold with tensors

Whoever knows PyTorch writes the batch with tensors. The package `UniRep.Torch` has this step as well, on TorchSharp:
[TorchScan](../src/UniRep.Torch/TorchScan.fs) beside [Mlstm](../src/UniRep.FSharp/Definition/Mlstm.fs).

| | one protein, `Mlstm.step` | $B$ proteins, `TorchScan.step` |
|---|---|---|
| $m$ | `(x * wmx) .* (h * wmh)`, $[H]$ | `h.mm(wmh).mul_ xm`, $[B, H]$ |
| $z$ | `x * wx + m * wh + b`, $[4H]$ | `xz.addmm_(m, wh)`, $[B, 4H]$ |
| $c'$ | `f .* c + i .* u`, $[H]$ | `c.mul_(f).addcmul_(i, u, 1)`, $[B, H]$ |
| $h'$ | `o .* tanh c`, $[H]$ | `c.tanh().mul_ o`, $[B, H]$ |

The products of $x$ (`xm`, `xz`) do not depend on the state. A token has one of 26 values, so `TorchScan.inputs` reads both from tables.

libtorch, the library below, is a download of 128 MB that this notebook does not start. If you have it
(`dotnet package download libtorch-cpu-linux-x64@2.10.0`, [other systems](../docs/torch.md#get-libtorch)), the next cells compute with it;
otherwise they say that it is missing.
*)
#r "nuget: UniRep.Torch"

open TorchSharp
open global.UniRep // again, for what the package adds to it

let libtorch = Torch.tryLoad (TorchOptions.on TorchDevice.Cpu)

match libtorch with
| Ok _ -> printfn $"libtorch {Torch.libtorchVersion}"
| Error error -> printfn $"The next cell computes nothing: {error.Message}"
(*** include-output ***)
(**
A fold again: for each position, the step moves the states of all proteins. Every protein here has the same length; the `scan`
of the package takes proteins of any lengths, and those that have ended leave the batch.
*)
/// The last h of each protein, [B, H], from the tokens of each, [B][T].
let foldTensors (network: TorchNetwork) (tokens: int list list) =
    use _ = torch.inference_mode ()
    use _ = torch.NewDisposeScope() // frees every tensor made below at its end
    let layer = network.Layers.Head
    let zeros () = torch.zeros (int64 tokens.Length, int64 H)
    let h, c = zeros (), zeros () // [B, H]

    for column in List.transpose tokens do
        use _ = torch.NewDisposeScope()
        let x = torch.tensor [| for token in column -> int64 token |] // [B]
        let struct (xm, xz) = TorchScan.inputs layer x // [B, H], [B, 4H]
        h.copy_ (TorchScan.step layer xm xz h c) |> ignore // [B, H]; the step changes c itself

    [| for lane in 0 .. tokens.Length - 1 -> h[lane].data<float32>().ToArray() |> Array.map float |]

let seconds action =
    action () |> ignore // the first run makes everything ready
    let watch = Diagnostics.Stopwatch.StartNew()
    let result = action ()
    result, watch.Elapsed.TotalSeconds

/// The same 76 residues of 32 proteins: all rows of a batch take the same time, whatever their letters.
let batch = [ for at in 0..31 -> List.truncate (length + 1) (tokens pair[at % 2]) ]
let steps = float (batch.Length * (length + 1))

match libtorch with
| Error _ -> ()
| Ok _ ->
    use tensors = TorchScan.network (new torch.Device "cpu") TorchPrecision.Float32 weights.Arrays
    let folded, tensorTime = seconds (fun () -> foldTensors tensors batch)
    let _, loopTime = seconds (fun () -> for xs in read do List.fold step zero xs |> ignore)
    let apart = Seq.map2 difference folded (Array.map fst alone) |> Seq.max

    if apart > 1e-5 then
        invalidOp $"the two folds differ by {small apart}" // a fault, so the notebook stops here

    printfn $"the last h of the two folds differ by at most {small apart} (float32 beside float64)"
    printfn $"arrays, one at a time:    %6.0f{2.0 * float (length + 1) / loopTime} residues/s"
    printfn $"tensors, 32 at a time:    %6.0f{steps / tensorTime} residues/s"

// Equal beginnings are computed once, so the engine gets 32 different proteins: those two, each begun at another residue.
let rotated =
    [
        for at in 0..31 do
            let letters = pair[at % 2].Letters[.. length - 1]
            Sequence.parse (letters[at..] + letters[.. at - 1]) |> Result.orRaise
    ]

let _, engineTime = seconds (fun () -> Model.representMany fast rotated |> Seq.toArray)
printfn $"the engine, 32 at a time: %6.0f{steps / engineTime} residues/s"
(*** include-output ***)
(**
Three programs, one fold, the same numbers. Times differ from machine to machine; the order stays. Tensors gain because a weight read
once serves 32 proteins in a product that libtorch has written well. The engine gains again because it also computes the gates while
the sums are still in the cache. [Benchmarks](../docs/benchmarks.md) compares the two at length.

## The head: predicting the next residue

The model was trained to predict the next residue. The head maps $h$ to 25 numbers, one for each token that can come
next (padding cannot), and the softmax turns them into probabilities:

$$p = \text{softmax}(h\,W + b)$$

The prediction after the first 60 residues of ubiquitin:
*)
let ubiquitin = some "UBIQUITIN"
let h60 = (Seq.item 60 (Mlstm.states network ubiquitin)).H
let p = (Mlstm.logits network h60 |> Mlstm.logProbabilities).Values |> Array.map exp

[ for letter in letters -> Chart.bar (string letter) p[tokenOf letter - 1] ]
|> List.sortByDescending _.Value
|> Chart.bars
    $"After …{ubiquitin.Letters[50..59]} of ubiquitin; {ubiquitin.Letters[60]} comes next"
    (Chart.axis "next residue")
    (Chart.axis "probability")
(*** include-it ***)
(**
Class $k$ of the head stands for token $k + 1$, hence `tokenOf letter - 1`. The model is far from certain, which is normal. The average of
$-\ln p$ of the actual residues over a protein is the *loss*, in nats per residue, and $e$ to this power the *perplexity*:
the number of residues among which the model hesitates. Random guessing among twenty gives 20.
*)
[ for name in [ "UBIQUITIN"; "LYSOZYME"; "TEM1" ] do
      let surprise = Mlstm.logLikelihoods network (some name) |> Array.map (~-)
      printfn $"%-10s{name} perplexity %.1f{exp (Array.average surprise)}"

      Chart.series
          name
          [
              for t in 9 .. surprise.Length - 1 -> float (t + 1), exp (Array.average surprise[t - 9 .. t])
          ] ]
|> Chart.lines
    "Perplexity along three proteins, mean of ten residues"
    (Chart.axis "position")
    (Chart.axis "perplexity")
(*** include-output ***)
(*** include-it ***)
(**
The curves vary between 12 and 27, and are not far below twenty on average: a small model that was trained on all kinds of proteins knows little about any
one. The peak at the left of lysozyme has another reason: the model is nearly certain that a protein begins with M, but this is the mature chain, which has
lost it and begins with K. The last point of each curve includes the stop, which the model does not expect. Evolutionary tuning
(notebook 05) fine-tunes it on the homologs of one protein, and the curve falls.

## Exercises

1. How many parameters has open-256? Count them from the shapes in the comments, then with `Weights.toTensors`.
2. Set $h$ to zero before every step and keep $c$. Does the model still know the earlier residues?
3. How many $\sigma$ and $\tanh$ does a step compute for each unit, and how many multiplications do the two products with $h$ and $m$ need?
4. Feed `stop` (token 25) after the last residue, like another public implementation. How far does $h$ move? Why is that number arbitrary?

### Answers
*)
let parameters = Weights.toTensors weights |> List.sumBy (fun (_, tensor) -> tensor.Values.Length)
printfn $"1. {parameters} parameters"

let amnesiac (_, c) x = step (Array.zeroCreate H, c) x
let forgetful = List.fold amnesiac zero [ for token in tokens lysozyme -> (row token).Values ]
let faithful = List.last (states lysozyme)
printfn $"2. h changes by up to %.2f{difference (fst forgetful) (fst faithful)}: c still adds up, but the gates see one residue only"
printfn $"3. five, and {H} x {H} + {H} x {4 * H} = {5 * H * H} multiplications"

let withStop = step faithful (row 25).Values
printfn $"4. h moves by up to %.2f{difference (fst withStop) (fst faithful)}; stop was never an input in training, so its row is what chance made it"
(*** include-output ***)
