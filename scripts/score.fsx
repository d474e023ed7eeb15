// Scores mutants of a protein by their likelihood: ln p(mutant) - ln p(wild type), in nats, including the final stop.
// `unirep score` writes these scores too, beside all columns of the table; this adds the correlation with measurements.
// Usage: dotnet fsi scripts/score.fsx WILD_TYPE.fasta MUTANTS.csv [--weights NAME_OR_PATH] [--measured COLUMN]
//            [--region FIRST-LAST] [--offset N] [--output SCORES.csv]
// MUTANTS (.csv or .tsv) has a column `mutant`: A42G, or A42G:K50R. The first residue is number 1, or N + 1 with --offset N.
// With --region the model reads only these residues; they keep their numbers. --measured adds Spearman's correlation of
// scores and measurements with its 95 % bootstrap interval (1,000 resamples with a fixed seed). Measurements are numbers with a
// decimal point; mutants whose cell is empty, NA or NaN are scored, but excluded from the correlation.
#load "../artifacts/local-feed.fsx" "prelude.fsx"
#r "nuget: UniRep.Design"

open System
open System.Text.RegularExpressions
open MathNet.Numerics.Statistics
open UniRep
open UniRep.Design
open Prelude

let command = commandLine 2 [ "--weights"; "--measured"; "--region"; "--offset"; "--output" ]
let region =
    command.Option "--region"
    |> Option.map (fun text ->
        let ends = Regex.Match(text, @"^(-?[0-9]{1,9})-(-?[0-9]{1,9})$")
        let number (at: int) = int ends.Groups[at].Value
        if ends.Success then number 1, number 2 else stop $"--region {text}: give two residues such as 24-286")

let wildType = WildType.load (command.Number("--offset", 0, -1_000_000)) region command[0] |> orStop
let reference = wildType.Sequence

let measured = Option.toList (command.Option "--measured")
let rows = readTable command[1] ("mutant" :: measured)
if rows.Length = 0 then stop $"{command[1]}: there is no mutant"

let mutants =
    rows
    |> Array.map (fun row ->
        Variant.parse (snd row.Cells.Head)
        |> Result.bind (Variant.apply wildType.First reference)
        |> orStopAt row.Place)

let untrained =
    Array.append [| reference |] mutants
    |> Seq.collect Sequence.untrained
    |> Seq.map fst
    |> Seq.distinct
    |> Seq.map string

if not (Seq.isEmpty untrained) then
    eprintfn "warning: %s: the models have not learnt these letters; the scores that they enter into mean little" (String.concat ", " untrained)

/// What was measured of each row; read before hours are spent on the scores.
let measurements =
    rows
    |> Array.map (fun row ->
        match row.Cells.Tail with
        | [ column, cell ] -> readNumber row.Place column cell
        | _ -> None)

let model = loadModel (command.Option "--weights")
let scores = Scorer.effects RunOptions.none reference (Scorer.languageModel model) mutants

Seq.map2 (fun row score -> snd row.Cells.Head :: $"%.6f{score}" :: List.map snd row.Cells.Tail) rows scores
|> Seq.append [ "mutant" :: "log_likelihood_ratio" :: measured ]
|> writeTable (command.Option "--output")

for column in measured do
    let pairs = Array.zip scores measurements |> Array.choose (fun (score, value) -> Option.map (fun value -> score, value) value)
    let missing = rows.Length - pairs.Length
    if missing > 0 then eprintfn "warning: %d mutants have no value in column '%s' and are left out of the correlation" missing column

    let spearman pairs =
        match Array.unzip pairs ||> Metric.spearman.Of with
        | Ok correlation -> correlation
        | Error _ -> nan

    let random = Random 0
    let resample _ = spearman (Array.init pairs.Length (fun _ -> pairs[random.Next pairs.Length]))

    let differing part = pairs |> Array.distinctBy part |> Array.length

    if pairs.Length < 3 || differing fst < 2 || differing snd < 2 then
        eprintfn "Spearman's correlation of %d mutants: none, it takes three with different values" pairs.Length
    else
        // A resample may have drawn the same mutant each time, which has no correlation.
        let resampled = Array.init 1000 resample |> Array.filter Double.IsFinite
        let low, high = Statistics.Quantile(resampled, 0.025), Statistics.Quantile(resampled, 0.975)
        eprintfn "Spearman's correlation of %d mutants: %.3f (95 %% interval %.3f to %.3f)" pairs.Length (spearman pairs) low high
