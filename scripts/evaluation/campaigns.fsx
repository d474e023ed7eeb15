// Replays campaigns on deep mutational scans: the share of the true best tenth among the picks, mean and standard deviation of
// the seeds, for each way to begin, to choose and to learn. Prints a table; the same command gives the same figures.
// Usage: dotnet fsi scripts/evaluation/campaigns.fsx DATA MODEL [--assays NAME,...] [--rounds N] [--batch N] [--seeds N]
//            [--first NAME,...] [--strategy NAME,...] [--top-model NAME,...] [--components N,...] [--measurements ranks,raw]
//            [--warm-start yes,no] [--csv FIGURES.csv]
// MODEL is a name (open-256) or a path. DATA is a folder with fitness/proteingym/NAME.csv (columns mutant and score) and the wild
// type beside it in NAME.fasta; --assays takes the scans whose names begin so, all if it is not given. Usually 6 rounds of 16 and
// 20 seeds; every first round, strategy and top model, and the usual of the rest. Picks by chance find a tenth on average. Progress goes to standard error.
#load "../../artifacts/local-feed.fsx" "../prelude.fsx" "numpyRandom.fsx" "datasets.fsx"
#r "nuget: UniRep.Design"

open System
open System.Globalization
open System.IO
open UniRep
open UniRep.Design
open UniRep.IO
open Prelude
open Datasets

let command =
    commandLine
        2
        [
            "--assays"
            "--rounds"
            "--batch"
            "--seeds"
            "--first"
            "--strategy"
            "--top-model"
            "--components"
            "--measurements"
            "--warm-start"
            "--csv"
        ]

/// The values of a list such as `greedy,ucb`, all if it is not given.
let chosen option (known: (string * 'value) list) =
    match command.Option option with
    | None -> known
    | Some text ->
        [
            for name in text.Split ',' do
                match known |> List.tryFind (fun (other, _) -> other = name) with
                | Some value -> value
                | None ->
                    let names = known |> List.map fst |> String.concat ", "
                    showUsage (Some $"{option} {text}: '{name}' is not one of {names}")
        ]

let firsts = Campaign.firstRounds |> List.map (fun first -> first.Name, first) |> chosen "--first"
let strategies = Campaign.strategies |> List.map (fun strategy -> strategy.Name, strategy) |> chosen "--strategy"
let topModels = Campaign.topModels |> List.map (fun method -> method.Name, method) |> chosen "--top-model"
let warmStarts =
    chosen "--warm-start" [ "yes", true; "no", false ]
    |> List.filter (fun (_, isWarm) -> command.Has "--warm-start" || isWarm = Campaign.usual.WarmStart)

let measurements =
    chosen "--measurements" [ "ranks", true; "raw", false ]
    |> List.filter (fun (_, isRanked) -> command.Has "--measurements" || isRanked = Campaign.usual.NormalScores)

let componentNumbers =
    match command.Option "--components" with
    | None -> [ Campaign.usual.Components ]
    | Some text ->
        [
            for word in text.Split ',' do
                match Int32.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture) with
                | true, number -> number
                | _ -> showUsage (Some $"--components {text}: give whole numbers, 0 for the vectors as they are")
        ]
let rounds, batch = command.Number("--rounds", 6, 1), command.Number("--batch", 16, 1)
let seeds = command.Number("--seeds", 20, 1)

command.Option "--csv"
|> Option.iter (fun path -> if File.Exists path then stop $"{path}: exists already: give another name")

let assays =
    let all = scans { All = true; Limit = Int32.MaxValue } command[0]

    match command.Option "--assays" with
    | None -> all
    | Some text -> all |> List.filter (fun scan -> text.Split ',' |> Array.exists scan.Name.StartsWith)
    |> List.sortBy _.Mutants.Values.Length

for scan in assays do
    if scan.Mutants.Values.Length < rounds * batch then
        stop $"{scan.Name}: {scan.Mutants.Values.Length} mutants do not fill {rounds} plates of {batch}"

let model = loadModel (Some command[1])

let figures =
    [
        for scan in assays do
            let candidates =
                CampaignFolder.candidates RunOptions.none Pool.Average model scan.WildType scan.Mutants.Sequences

            for warm, isWarm in warmStarts do
                for components in componentNumbers do
                    let prepared =
                        Campaign.prepare
                            { Campaign.usual with
                                Components = components
                                WarmStart = isWarm
                            }
                            candidates

                    for first, firstRound in firsts do
                        for top, method in topModels do
                            for strategy, choice in strategies do
                                for values, isRanked in measurements do
                                    let shares =
                                        Array.init seeds (fun seed ->
                                            let options =
                                                {
                                                    First = firstRound
                                                    Strategy = choice
                                                    TopModel = TopModelOptions.usual method
                                                    Components = components
                                                    NormalScores = isRanked
                                                    WarmStart = isWarm
                                                    Seed = uint64 seed
                                                }

                                            let truth = scan.Mutants.Values

                                            (Simulation.replayPrepared options rounds batch truth candidates prepared |> orStop)
                                                .TopShare)

                                    let mean = Array.average shares

                                    let deviation =
                                        sqrt (shares |> Array.averageBy (fun share -> (share - mean) * (share - mean)))

                                    let way = [ first; top; strategy; string components; values; warm ]
                                    eprintfn "%s, %s: %.3f ± %.3f" scan.Name (String.concat " " way) mean deviation
                                    way, (scan.Name, (mean, deviation))
    ]

let byWay = figures |> List.groupBy fst |> List.map (fun (way, found) -> way, found |> List.map snd)

let line cells = "| " + String.concat " | " cells + " |"
printfn "%s" (line [ yield! [ "first"; "top model"; "strategy"; "components"; "measurements"; "warm start" ]; yield! [ for scan in assays -> scan.Name ]; "mean" ])
printfn "%s" (line (List.replicate (7 + assays.Length) "---"))

for way, found in byWay do
    let shares = [ for _, (mean, deviation) in found -> String.Format(CultureInfo.InvariantCulture, "{0:F3} ± {1:F3}", mean, deviation) ]
    let mean = found |> List.averageBy (fun (_, (mean, _)) -> mean)
    printfn "%s" (line [ yield! way; yield! shares; mean.ToString("F3", CultureInfo.InvariantCulture) ])

command.Option "--csv"
|> Option.iter (fun path ->
    File.WriteAllLines(
        path,
        [
            "first,top_model,strategy,components,measurements,warm_start,assay,seeds,mean,deviation"
            for way, found in byWay do
                for assay, (mean, deviation) in found do
                    String.Format(CultureInfo.InvariantCulture, "{0},{1},{2},{3:R},{4:R}", String.concat "," way, assay, seeds, mean, deviation)
        ]
    ))
