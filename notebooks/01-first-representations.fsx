(**
# First representations

UniRep reads a protein and gives a list of numbers that describes it, a *representation*. Proteins that are alike get lists that
are alike, whatever their lengths, without any alignment. This notebook makes some, shows what is in them, and draws a map.
*)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"

open System
open System.IO
open UniRep
open UniRep.Charts
(**
## Strings in, vectors out

The model is inside the package, so nothing is downloaded.
*)
let reps = UniRep.getReps [ "MKTAYIAKQRQISFVKSHFSRQ"; "GSHMASMTGGQQMGR" ]
reps[0]
(*** include-it ***)
(**
A representation is three vectors of the same length, 672 for this model:

| vector | is | use it |
|---|---|---|
| `Average` | the mean of the hidden state over the whole protein | nearly always: "the UniRep vector" of the paper |
| `Final` | the hidden state after the last residue | when the end of the protein matters |
| `Cell` | the cell after the last residue, what the model carries on | with the other two |

`Rep.fusion` puts all three one after another, for models on top that can choose among 768 numbers. The order of the results is that
of the strings, and a protein's numbers are the same to the last bit whatever else is in the list.

## What is not a protein

The 20 standard residues are taken in upper case; X, B, Z, J, U and O as well, though no published model ever learnt them. Anything else is
an error that says where it is: `getReps` raises it, `tryGetReps` gives it back.
*)
match UniRep.tryGetReps [ "MKTAYIAK"; "MKT?YIAK"; "" ] with
| Ok reps -> printfn $"{reps.Length} representations"
| Error invalid ->
    for one in invalid do
        printfn $"string {one.Index}: {one.Error.Message}"
(*** include-output ***)
(**
## A file of proteins

`SequenceFile.read` reads FASTA, alignments, lists and tables, gzipped or not, one record at a time, and `Model.representMany` takes them as
they come, so that a file may be larger than the memory. The sample holds 240 enzymes of four families, 60 of each, no two of which
share more than about 60 % of their residues (their origin is in [sample/README.md](sample/README.md)).
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

672 directions cannot be drawn. The few in which the vectors differ most, their *principal components*, can. Before that every unit is
scaled to mean 0 and variance 1, or the few units with the largest values would decide alone.

What do the proteins of this sample differ in most? One might hope that it is the family. Here is the first component of each protein against something much simpler: the share of the residues G, A,
R and P in it, less that of F, Y, M, I, N and K. The first are written with codons rich in G and C, the others with codons rich in A and T, so this number tells mostly
what the DNA of the whole organism is made of.
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
So the greatest difference between two proteins, as this model sees them, is in what genomes they come from. It is real, and it is not what we asked for. The next two components, each point again
a protein:
*)
byFamily (fun at -> map.Coordinates[at, 1]) (fun at -> map.Coordinates[at, 2])
|> Chart.scatter "Four families of enzymes by their UniRep vectors" (axis 2) (axis 3)
(*** include-it ***)
(**
Here the families part, though nobody told the model that there are families. They also overlap: two of 672 directions are shown.

## How good is it? A number

A map pleases the eye and proves little. Here is a test: find, for each protein, the one whose scaled vector is nearest by the cosine of the angle between
them, and count how often it belongs to the same family. Chance would be one in four.
The fair rival is the simplest description there is: the share of each of the 20 residues. The other vectors of a representation take the test as
well.
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
The whiskers show how far a share may be off by the luck of which 240 proteins were drawn. Two things are to be seen. `Average` is the best of the three vectors by far, and `Final`,
which has the last residues freshest in memory, the worst. And composition does nearly as well: of the proteins on which the two disagree, `Average` is right more often, but they are so few
that this sample alone cannot tell the two apart. For telling families apart nobody needs a language model, so this is a check, not
a use. Uses are where there are no relatives to align with, or where few measurements must do: a regression from
vectors to a measured property, trained on some dozens of variants.

## Keeping the vectors

For a whole file there is one command, which streams and writes what NumPy, R or a spreadsheet reads:

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

`Model.load Cpu.automatic "open-256"` loads a smaller model, which is five times as fast. The package `UniRep.Weights.Open1920` brings a larger one, `Weights.open1920 ()`, whose
vectors predict more and take eight times as long. `Model.load Cpu.automatic "paper-1900"` loads the published model once `unirep weights get paper-1900` has fetched it; a path
to a folder or a file works as well. Everything in this notebook runs with each of them unchanged; their vectors are of other lengths. [weights/README.md](../weights/README.md) leads
to their cards, which have the figures. Try the models on your own task.
*)
