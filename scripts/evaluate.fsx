// Evaluates models: how well their vectors predict stability and brightness, how well their likelihoods rank mutants, and how
// well they predict proteins. Prints three tables; the same command gives the same figures.
// Usage: dotnet fsi scripts/evaluate.fsx DATA MODEL [MODEL ...] [--only vectors,mutants,loss]
//            [--vector average|final|cell|fusion] [--all] [--limit N] [--csv FIGURES.csv]
// MODEL is a name (open-256, paper-64) or a path. DATA is a folder with fitness/stability, fitness/fluorescence,
// fitness/proteingym, corpora/enzymes, corpora/proteomes and corpora/clean: scripts/README.md describes them.
//   vectors   Spearman's correlation on the test set of a ridge regression on the vectors (--vector, default average); features are
//             standardised, the penalty is chosen on the validation set; baselines: composition and one-hot
//   mutants   Spearman's correlation of ln p(mutant) - ln p(wild type), stop included, with the measurements; no training
//   loss      nats per residue, stop included
// --only selects some of the three, separated by commas. The default is the subsets of the models' cards; --all takes
// everything, which needs many minutes; --limit N takes the first N rows of each subset, for a quick try. Intervals are 95 %
// bootstrap intervals. Progress goes to standard error.
#load "../artifacts/local-feed.fsx" "prelude.fsx"
#r "nuget: UniRep.Design"
#load "evaluation/numpyRandom.fsx" "evaluation/correlation.fsx" "evaluation/ridge.fsx" "evaluation/datasets.fsx"
#load "evaluation/measures.fsx"

open System
open System.Globalization
open System.IO
open UniRep
open UniRep.IO
open Prelude
open Correlation
open Datasets
open Measures

let command = commandLineOf (2, Int32.MaxValue) [ "--only"; "--vector"; "--limit"; "--csv" ] [ "--all" ]
let folder, names = command[0], List.distinct (List.tail command.Arguments)
let amount = { All = command.Has "--all"; Limit = command.Number("--limit", Int32.MaxValue, 3) }

let kind = defaultArg (command.Option "--vector") "average"

let vector: Rep -> float32[] =
    match kind with
    | "average" -> _.Average
    | "final" -> _.Final
    | "cell" -> _.Cell
    | "fusion" -> Rep.fusion
    | other -> showUsage (Some $"--vector {other}: there are average, final, cell and fusion")

let measures =
    match command.Option "--only" with
    | None -> [ "vectors"; "mutants"; "loss" ]
    | Some text ->
        let chosen = List.ofArray (text.Split ',')

        match List.except [ "vectors"; "mutants"; "loss" ] chosen with
        | [] -> chosen
        | other :: _ -> showUsage (Some $"--only {text}: '{other}' is not one of vectors, mutants and loss")

// All that can be wrong is found before hours are spent.
command.Option "--csv"
|> Option.iter (fun path ->
    if File.Exists path then stop $"{path}: exists already: give another name"
    if not (Directory.Exists(Path.GetDirectoryName(Path.GetFullPath path))) then stop $"{path}: there is no such folder to write to")

if not (Directory.Exists folder) then stop $"{folder}: no such folder"
let chosen measure read = if List.contains measure measures then read amount folder else []
let properties, scans, proteins = chosen "vectors" properties, chosen "mutants" scans, chosen "loss" proteins

/// What a model is called in the tables: the end of its path, or the whole path if two end alike.
let label (name: string) =
    let last (name: string) = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator name)
    if names |> List.filter (fun other -> last other = last name) |> List.length = 1 then last name else name

let models = names |> List.map (fun name -> label name, loadModel (Some name))
let figures = baselines properties @ List.collect (figures kind vector properties scans proteins) models

/// A table of a measure, if it was taken: a row for each model, a column for each set.
let print title measure (show: Estimate -> string) =
    let chosen = figures |> List.filter (fun figure -> figure.Measure = measure)
    let rows = chosen |> List.map _.Model |> List.distinct
    let sets = chosen |> List.map _.Of |> List.distinct

    let cell model set =
        match chosen |> List.tryFind (fun figure -> figure.Model = model && figure.Of = set) with
        | Some figure -> show figure.Estimate
        | None -> ""

    let cells = ("" :: sets) :: [ for model in rows -> model :: List.map (cell model) sets ]
    let widths = cells |> List.transpose |> List.map (fun column -> column |> List.map String.length |> List.max)
    let line row = (String.concat "  " (List.map2 (fun (cell: string) (width: int) -> cell.PadRight width) row widths)).TrimEnd()
    if not chosen.IsEmpty then printfn "\n%s\n%s" title (cells |> List.map line |> String.concat "\n")

print $"vectors ({kind}): Spearman's correlation on test (95 %% interval)" "vectors" valueAndInterval
print "mutants, zero-shot: Spearman's correlation" "mutants" value
print "loss: nats per residue, stop included" "loss" value

/// A row of the CSV file.
let cells figure =
    let { Value = value; Low = low; High = high } = figure.Estimate
    let penalty = figure.Penalty |> Option.map (invariant "G6") |> Option.defaultValue ""

    [ figure.Model; figure.Measure; figure.Of; figure.Features; invariant "F6" value; invariant "F6" low; invariant "F6" high
      string figure.Rows; penalty ]

command.Option "--csv"
|> Option.iter (fun path ->
    [ "model"; "measure"; "set"; "features"; "value"; "low"; "high"; "rows"; "penalty" ] :: List.map cells figures
    |> writeTable (Some path))
