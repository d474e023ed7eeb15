(**
# First representations

UniRep reads a protein and computes a list of numbers that describes it, a *representation*. Similar proteins get similar
numbers, whatever their lengths, without an alignment. This notebook computes some representations, shows what they contain, and draws a map.
*)
// For the kernel of .NET Interactive alone, whose FSharp.Core is older than the one that Plotly.NET names. `dotnet fsi` skips this.
#if KERNEL
#r "nuget: FSharp.Core, 10.0.111"
#endif
(** *)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"
#r "nuget: UniRep.Charts"
#r "nuget: UniRep.Plotly"

open System
open System.IO
open UniRep
open UniRep.IO
open UniRep.Charts
open UniRep.Plotly
(**
## Strings in, vectors out

The model is embedded in the package, so nothing is downloaded.
*)
let reps = UniRep.getReps [ "MKTAYIAKQRQISFVKSHFSRQ"; "GSHMASMTGGQQMGR" ]
reps[0]
(*** include-it ***)
(**
A representation is three vectors of the same length, 672 for this model:

| vector | meaning | use it |
|---|---|---|
| `Average` | the mean of the hidden state over the whole protein | nearly always: it is "the UniRep vector" of the paper |
| `Final` | the hidden state after the last residue | when the end of the protein matters |
| `Cell` | the cell state after the last residue | together with the other two |

`Rep.fusion` concatenates all three, for a top model that can select among 2,016 numbers. The results have the order
of the strings, and the numbers of a protein are the same to the last bit whatever else is in the list.

## Invalid input

The 20 standard residues are accepted in upper case. X, B, Z, J, U and O are accepted as well, although no published model was trained on them.
Everything else is an error with its position: `getReps` raises it, `tryGetReps` returns it.
*)
match UniRep.tryGetReps [ "MKTAYIAK"; "MKT?YIAK"; "" ] with
| Ok reps -> printfn $"{reps.Length} representations"
| Error invalid ->
    for one in invalid do
        printfn $"string {one.Index}: {one.Error.Message}"
(*** include-output ***)
(**
## A file of proteins

`SequenceFile.read` reads FASTA, alignments, lists and tables, gzipped or not, one record at a time. `Model.representMany` processes them as
a stream, so a file can be larger than the memory. The sample contains 240 enzymes of four families, 60 of each; no two of one family
share more than about 60 % of their residues ([sample/README.md](sample/README.md) names the sources).
*)
let path = Path.Combine(__SOURCE_DIRECTORY__, "sample", "families.fasta")

let records =
    [|
        for record in SequenceFile.read SequenceFile.defaults path do
            match record with
            | Ok record -> record
            | Error error -> invalidOp error.Message
    |]

/// The header is an id and the name of the family.
let family (record: SequenceRecord) = record.Header[record.Id.Length + 1 ..]

let model = UniRep.model ()
let ofRecords = records |> Seq.map _.Sequence |> Model.representMany model |> Seq.toArray
let vectors = ofRecords |> Array.map _.Average

for name, members in Array.groupBy family records do
    let lengths = members |> Array.map _.Sequence.Length
    printfn $"%-28s{name} {members.Length} proteins of {Array.min lengths} to {Array.max lengths} residues"
(*** include-output ***)
(**
## A map

672 dimensions cannot be drawn, but the few directions in which the vectors differ most can: their *principal components*. First, every unit is
scaled to mean 0 and variance 1; otherwise the few units with the largest values would dominate.

What is the largest difference between the proteins of this sample? We might expect the family. The plot shows the first component of each protein against something much simpler: the
share of the residues G, A, R and P minus the share of F, Y, M, I, N and K. The former have codons rich in G and C, the latter codons rich in A and T, so this number mostly
reflects the composition of the genome.
*)
let scaled (vectors: float32[][]) =
    let scales =
        Array.transpose vectors
        |> Array.map (fun column ->
            let mean = Array.average column
            mean, sqrt (Array.averageBy (fun value -> (value - mean) * (value - mean)) column) + 1e-6f)

    vectors |> Array.map (Array.map2 (fun (mean, deviation) value -> (value - mean) / deviation) scales)

let map = Projection.pca 3 (scaled vectors)

let share (letters: string) (record: SequenceRecord) =
    float (record.Sequence.Letters |> Seq.filter letters.Contains |> Seq.length)
    / float record.Sequence.Length

/// One series for each family, each point named by its id.
let byFamily x y =
    [
        for name, members in Array.groupBy (snd >> family) (Array.indexed records) ->
            Chart.labelled name [ for at, record in members -> record.Id, x at, y at ]
    ]

let axis number =
    Chart.axis $"component {number} (%.0f{100.0 * map.Explained[number - 1]} %% of the variance)"

byFamily (fun at -> share "GARP" records[at] - share "FYMINK" records[at]) (fun at -> map.Coordinates[at, 0])
|> Chart.scatter
    "The first component is the organism's, not the protein's"
    (Chart.axis "share of GARP less that of FYMINK")
    (axis 1)
(*** include-it ***)
(**
So the largest difference between proteins, for this model, is the genome they come from. It is real, but not what we looked for. The next two components; each point is
a protein:
*)
let families =
    byFamily (fun at -> map.Coordinates[at, 1]) (fun at -> map.Coordinates[at, 2])
    |> Chart.scatter "Four families of enzymes by their UniRep vectors" (axis 2) (axis 3)

families
(*** include-it ***)
(**
These components separate the families, although the model knows nothing about families. The families overlap, because only two of 672 dimensions are shown.

Which point is which protein? The package `UniRep.Plotly` draws the same chart with Plotly.NET, as a page that you
can open in a browser, zoom, and point at:
*)
let page = Path.Combine(Path.GetTempPath(), "families.html")
families |> Chart.savePage page
printfn $"families.html: {FileInfo(page).Length / 1024L} KiB"
(*** include-output ***)
(**
The page contains all it needs, so it also works without a network. `Chart.toPlotly` gives the chart of Plotly.NET itself, to style further.

## How good is it? A number

A map proves little. Here is a test: for each protein, find the protein with the nearest scaled vector (cosine similarity), and count how often
it belongs to the same family. Chance is one in four.
The baseline is the simplest description of a protein: its composition, the share of each of the 20 residues. The other vectors of a representation are tested
as well.
*)
let cosine (a: float32[]) (b: float32[]) =
    let product (x: float32[]) y = Array.fold2 (fun sum u v -> sum + u * v) 0f x y
    product a b / sqrt (product a a * product b b)

/// Of each protein, whether its nearest neighbour is of its family.
let findsFamily (vectors: float32[][]) =
    let scaled = scaled vectors

    Array.init scaled.Length (fun at ->
        let nearest =
            Seq.init scaled.Length id
            |> Seq.filter ((<>) at)
            |> Seq.maxBy (fun other -> cosine scaled[at] scaled[other])

        family records[nearest] = family records[at])

let composition record =
    [| for letter in "ACDEFGHIKLMNPQRSTVWY" -> float32 (share (string letter) record) |]

let found =
    [
        "composition", findsFamily (Array.map composition records)
        "Average", findsFamily vectors
        "Final", findsFamily (Array.map _.Final ofRecords)
        "Cell", findsFamily (Array.map _.Cell ofRecords)
        "fusion", findsFamily (Array.map Rep.fusion ofRecords)
    ]

let count (answers: bool[]) = answers |> Array.filter id |> Array.length

for name, answers in found do
    printfn $"%-11s{name} {count answers} of {answers.Length}"

let only a b = Array.map2 (fun a b -> a && not b) (snd found[a]) (snd found[b]) |> count
printfn $"right by Average alone {only 1 0}, right by composition alone {only 0 1}"

/// A share and the ends of its 95 % confidence interval (normal approximation).
let within (answers: bool[]) =
    let share = float (count answers) / float answers.Length
    let reach = 1.96 * sqrt (share * (1.0 - share) / float answers.Length)
    share - reach, share, share + reach

[
    for name, answers in found do
        let low, share, high = within answers
        Chart.barWithin low high name share
]
|> Chart.bars
    "Nearest neighbours of the same family"
    (Chart.axis "description of a protein")
    (Chart.axis "share of proteins (chance: 0.25)")
|> Chart.sized 640 400
(*** include-output ***)
(*** include-it ***)
(**
The whiskers are 95 % confidence intervals: they show how much a share can vary with the choice of the 240 proteins. There are two results. `Average` is the best of the three vectors by far, and `Final`,
which depends most on the last residues, is the worst. And composition is nearly as good: where the two disagree, `Average` is right more often, but these proteins are so few
that this sample cannot separate the two. Nobody needs a language model to recognise families, so this is a check, not
an application. Representations are useful where there are no homologs to align with, or where measurements are few: for example a regression from
vectors to a measured property, trained on some dozens of variants.

## Keeping the vectors

For a whole file there is one command. It streams and writes files for NumPy, R or a spreadsheet:

```sh
unirep embed notebooks/sample/families.fasta -o families.npz
unirep embed notebooks/sample/families.fasta -o families.csv --pool average
```

In a script, a table is a few lines:
*)
let table = Path.Combine(Path.GetTempPath(), "families.csv")

let line (record: SequenceRecord) (vector: float32[]) =
    let values = vector |> Array.map string |> String.concat ","
    $"{record.Id},{values}"

File.WriteAllLines(table, Array.map2 line records vectors)

printfn $"{FileInfo(table).Length / 1024L} KiB"
(*** include-output ***)
(**
## Other models

`Model.load Cpu.automatic "open-256"` loads a smaller model, which is five times as fast. The package `UniRep.Weights.Open1920` contains a larger one, `Weights.open1920 ()`, whose
vectors predict better and take eight times as long. `Model.load Cpu.automatic "paper-1900"` loads the published model after `unirep weights get paper-1900` has fetched it; a path
to a folder or a file works as well. Everything in this notebook runs unchanged with each of them; only the length of the vectors differs. The cards in [weights](../weights/README.md)
have the figures of each model. Try the models on your own task.
*)
