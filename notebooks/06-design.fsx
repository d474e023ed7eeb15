(**
# Protein design: from homologs and 24 measurements to 50 designs

A laboratory can measure a few dozen mutants of a protein. Which ones should it make, and what do the measurements say about all the others? This notebook
goes the way of Biswas et al. (2021): tune a model on homologs, measure 24 mutants, fit a small model on top of the representations, and let it choose. Every step is judged by
measurements that it has not seen.

The protein is TEM-1 β-lactamase again, with 400 homologs and 1,102 measured single mutants of 58 positions (Stiffler et al. 2015;
[sample/README.md](sample/README.md)). Everything below takes about a minute on two cores. The command line has the same steps: `unirep evotune`, `score`, `fit`, `predict`, `evolve`
([design](../docs/design.md)).
*)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"
#r "nuget: UniRep.Charts"
#r "nuget: UniRep.Design"

open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Charts
open UniRep.Design

let sample name = Path.Combine(__SOURCE_DIRECTORY__, "sample", name)
let family = SequenceFile.load (sample "tem1-homologs.a2m") |> Result.orRaise |> Array.map _.Sequence
let wildType = family[0]
let firstResidue = 24 // the number of the wild type's first residue in the sample

let scan = SequenceTable.loadVariants firstResidue wildType (sample "tem1-fitness.csv") |> Result.orRaise
let mutants = scan.Records |> Array.map _.Sequence
let fitness = SequenceTable.numbers "score" scan |> Result.orRaise |> Array.map Option.get
(**
The laboratory has measured 24 mutants, drawn by chance. The other 1,078 are hidden: they only judge.
*)
let measured =
    (Split.lowN 0.2 24 1UL mutants.Length |> Result.orRaise).Train

let hidden = [| 0 .. mutants.Length - 1 |] |> Array.except measured
let at indices (values: 'value[]) = Array.map (Array.get values) indices

/// Spearman's correlation with the hidden measurements, and its bootstrap interval.
let judge (scores: float[]) =
    Metric.bootstrap 0.95 1000 1UL Metric.spearman (at hidden fitness) (at hidden scores) |> Result.orRaise

let bar name scores =
    let judged = judge scores
    Chart.barWithin judged.Low judged.High name judged.Value

printfn $"{measured.Length} measured, {hidden.Length} hidden"
(*** include-output ***)
(**
## Without measurements

Two scorers need no measurement at all. The tuned language model scores a mutant by its log-likelihood. The *position-specific scoring matrix* (PSSM) counts
which residues the homologs have at each position; it knows nothing of how positions act together, but 400 homologs suffice for it. A *blend* averages the ranks that the two give.
*)
let tuned =
    let weights = (WeightStore.resolve "open-256" |> Result.orRaise).Weights

    let options =
        { TrainingOptions.evotune with
            Epochs = 16
            LearningRate = Some 1e-3
            BatchTokens = 4000
            WarmUp = 10
            Seed = 1UL
        }

    EvoTuning.tune Cpu.automatic options EvoTuning.silent CancellationToken.None weights family[1..]
    |> Result.orRaise

let model = Model.ofWeights Cpu.automatic tuned.Weights |> Result.orRaise
let languageModel = Scorer.languageModel model

let pssm =
    Alignment.load None (sample "tem1-homologs.a2m")
    |> Result.orRaise
    |> Pssm.create Pssm.defaults
    |> Pssm.scorer wildType
    |> Result.orRaise

let blend = Scorer.blend [ languageModel; pssm ]

let zeroShot =
    [ languageModel; pssm; blend ]
    |> List.map (fun scorer -> scorer.Name, scorer.Score RunOptions.none mutants)

for name, scores in zeroShot do
    printfn $"{name}: ρ = %.3f{(judge scores).Value}"

zeroShot
|> List.map (fun (name, scores) -> bar name scores)
|> Chart.bars "Ranking 1,078 mutants without a measurement" (Chart.axis "scorer") (Chart.axis "Spearman's ρ with fitness")
|> Chart.sized 520 400
(*** include-output ***)
(*** include-it ***)
(**
## With 24 measurements

A *top model* learns the measured property from features of the sequence. There are 256 features and 24 mutants, so it has to be held back: the ensemble of Biswas et al. (`LowN`) averages a hundred
ridge regressions, each on a random half of the features, each with the largest penalty that is not clearly worse than the best.

The features compared here:

- *one-hot*: which residue stands where. It cannot say anything of a position that no measured mutant has changed.
- the *average vector* of the tuned model, "the UniRep vector";
- the same, with the blend's score as one more column that is not penalised (Hsu et al. 2022): what evolution says, corrected by what was measured.
*)
let vectors = FeatureTable.represent RunOptions.none Pool.Average model mutants
let density = zeroShot |> List.map snd |> List.last

let features =
    [
        "one-hot", FeatureTable.oneHot mutants
        "average", vectors
        "average + blend", FeatureTable.withDensity "blend" density vectors
    ]

let fit table =
    TopModel.fit
        (TopModelOptions.usual TopModelMethod.LowN)
        "fitness"
        (FeatureTable.select measured table)
        (at measured fitness)
    |> Result.orRaise

let predicted =
    features
    |> List.map (fun (name, table) -> name, TopModel.means (fit table) table |> Result.orRaise)

for name, scores in predicted do
    printfn $"{name}: ρ = %.3f{(judge scores).Value}"

bar "blend alone" density :: List.map (fun (name, scores) -> bar name scores) predicted
|> Chart.bars "Ranking 1,078 mutants after 24 measurements" (Chart.axis "features") (Chart.axis "Spearman's ρ with fitness")
|> Chart.sized 560 400
(*** include-output ***)
(*** include-it ***)
(**
## The next plate

The laboratory has room for 16 more. Of all hidden mutants, take those with the highest prediction, and see what they would have measured. "Good" are the best tenth of all hidden mutants.
*)
let best = predicted |> List.last |> snd
let threshold = at hidden fitness |> Array.sortDescending |> Array.item (hidden.Length / 10)
let plate = hidden |> Array.sortByDescending (Array.get best) |> Array.truncate 16
let good indices = indices |> Array.filter (fun index -> fitness[index] >= threshold) |> Array.length

printfn $"good among the 16: {good plate}; expected by chance: %.1f{16.0 * float (good hidden) / float hidden.Length}"

[
    Chart.series "hidden" [ for index in hidden -> best[index], fitness[index] ]
    Chart.labelled "next plate" [ for index in plate -> scan.Records[index].Id, best[index], fitness[index] ]
]
|> Chart.scatter "Prediction and measurement" (Chart.axis "predicted fitness") (Chart.axis "measured fitness (0 is the wild type's)")
(*** include-output ***)
(*** include-it ***)
(**
## Many mutations at once

The measured mutants have one mutation each, a design may have several. There are too many to list, so *directed evolution in silico* walks among them: 100 chains start at the wild type. In each step a chain proposes one or two mutations, and
accepts them if the predicted fitness rises, or by chance if it falls not too much. The *trust radius* keeps designs within five mutations of the wild type: far from what was measured the
prediction is a guess. The objective is a top model of the average vector and the log-likelihood, so a design must look like a member of the family too. All proposals of a step are one batch, and
only what follows the first mutation is computed.
*)
let likelihoods = zeroShot |> List.head |> snd
let withLikelihood = FeatureTable.withLikelihood model likelihoods vectors
let top = fit withLikelihood
let cache = PrefixCache.make 300_000_000L 100 wildType.Length model
let objective = TopModelScorer.make top model cache |> Result.orRaise

let options =
    // How much predictions differ is the natural unit of temperature: hot chains accept most proposals, cold ones the better only.
    let predictions = TopModel.means top withLikelihood |> Result.orRaise
    let mean = Array.average predictions
    let spread = predictions |> Array.averageBy (fun value -> (value - mean) * (value - mean)) |> sqrt

    { EvolutionOptions.defaults (Temperature.Decay(spread, 0.01 * spread)) with
        Chains = 100
        Steps = 150
        Seed = 1UL
        TrustRadius = Some 5
        Positions = Some [ for record in scan.Records -> int record.Id[1 .. record.Id.Length - 2] - firstResidue + 1 ]
    }

let population, accepted =
    EvolutionPlan.make options wildType
    |> Result.bind (Evolution.run RunOptions.none objective)
    |> Result.orRaise

let designs =
    accepted
    |> Seq.map (fun state -> state.Sequence, state.Score)
    |> DesignPick.best 2000 wildType
    |> DesignPick.diverse 50 0.3

printfn $"{accepted.Length - options.Chains} proposals accepted; the wild type is predicted %.3f{accepted[0].Score}, the designs:"

for design in designs |> Array.truncate 5 do
    printfn $"%.3f{design.Score} {Variant.toString design.Variant}"

printfn $"... and {designs.Length - 5} more"

// The best score of all chains so far, and the mean of those accepted in ten steps.
let steps = [ for step in 0..10 .. options.Steps -> step ]

[
    Chart.series "best so far" [ for step in steps -> float step, accepted |> Seq.filter (fun state -> state.Step <= step) |> Seq.map _.Score |> Seq.max ]
    Chart.series "accepted, mean" [
        for step in steps do
            match accepted |> Array.filter (fun state -> state.Step > step - 10 && state.Step <= step) with
            | [||] -> ()
            | states -> float step, states |> Array.averageBy _.Score
    ]
]
|> Chart.lines "Directed evolution of 100 chains" (Chart.axis "step") (Chart.axis "predicted fitness")
(*** include-output ***)
(*** include-it ***)
(**
Numbers of mutations count from the first residue of the sample, which is residue 24 of TEM-1.

How far to trust this: the top model was judged on single mutants above, and nothing here judges designs with five. Each step away from what was measured is a guess; that is what the
trust radius and the next round of measurements are for. `unirep campaign` goes through such rounds with files, for any number of candidates; `unirep evolve` walks further, with resumable
runs, forbidden motifs and letters by position.
*)
