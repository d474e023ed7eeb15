// Designs mutants of a protein from a few measured ones: a top model on representations, then directed evolution.
// Usage: dotnet fsi scripts/design.fsx WILD_TYPE.fasta MEASURED.csv --target COLUMN [--weights NAME_OR_PATH] [--designs N]
//            [--chains N] [--steps N] [--radius N] [--seed N] [--output DESIGNS.csv]
// MEASURED has a column `mutant`: A42G, or A42G:K30R; the first residue is number 1. Higher values of COLUMN are better. Rows
// without a value (empty, NA, NaN) are left out. Designs differ from the wild type by at most --radius mutations (usually 5).
// A model that is tuned on homologs designs much better: see scripts/evotune.fsx. `unirep fit` and `unirep evolve` do more.
#load "../artifacts/local-feed.fsx" "prelude.fsx"
#r "nuget: UniRep.Design"

open UniRep
open UniRep.IO
open UniRep.Design
open Prelude

let command =
    commandLine 2 [ "--target"; "--weights"; "--designs"; "--chains"; "--steps"; "--radius"; "--seed"; "--output" ]

let target =
    command.Option "--target"
    |> Option.defaultWith (fun () -> showUsage (Some "--target: name the column of measurements"))

let wildType = (WildType.load 0 None command[0] |> orStop).Sequence
let table = SequenceTable.loadVariants 1 wildType command[1] |> orStop

let mutants, values =
    SequenceTable.numbers target table
    |> orStop
    |> Array.zip table.Records
    |> Array.choose (fun (record, value) -> value |> Option.map (fun value -> record.Sequence, value))
    |> Array.unzip

let model = loadModel (command.Option "--weights")

// What the model finds likely is a column that the fit does not penalise: evolution, corrected by what was measured.
let features =
    let likelihoods = (Scorer.languageModel model).Score RunOptions.none mutants

    FeatureTable.represent RunOptions.none Pool.Average model mutants
    |> FeatureTable.withLikelihood model likelihoods

let top = TopModel.fit (TopModelOptions.usual TopModelMethod.Ridge) target features values |> orStop

for name, value in top.Facts do
    eprintfn "%s: %.4g" name value

let chains = command.Number("--chains", 100, 1)
let cache = PrefixCache.make 500_000_000L chains wildType.Length model
let objective = TopModelScorer.make top model cache |> orStop

let plan temperature =
    { EvolutionOptions.defaults temperature with
        Chains = chains
        Steps = command.Number("--steps", 300, 1)
        Seed = uint64 (command.Number("--seed", 0, 0))
        TrustRadius = Some(command.Number("--radius", 5, 1))
    }
    |> fun options -> EvolutionPlan.make options wildType
    |> orStop

// How much single mutants differ is the natural unit of temperature.
let spread =
    Evolution.spread RunOptions.none objective 200 (plan (Temperature.Constant 1.0))

if spread = 0.0 then
    stop $"{command[1]}: the top model predicts the same for every mutant: measure more, or others"

let _, accepted =
    plan (Temperature.Decay(spread, 0.01 * spread))
    |> Evolution.run RunOptions.none objective
    |> orStop

accepted
|> Seq.map (fun state -> state.Sequence, state.Score)
|> DesignPick.best 2000 wildType
|> DesignPick.diverse (command.Number("--designs", 50, 1)) 0.3
|> Seq.map (fun design -> [ Variant.toString design.Variant; $"%.6f{design.Score}"; design.Sequence.Letters ])
|> Seq.append [ [ "mutations"; "predicted_" + target; "sequence" ] ]
|> writeTable (command.Option "--output")
