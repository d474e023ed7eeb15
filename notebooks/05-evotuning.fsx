(**
# Evolutionary tuning

A model that was trained on all kinds of proteins knows little about any one of them. Fine-tuned on the homologs of one protein, it learns which changes evolution
has kept in this family. Alley et al. called this *evo-tuning*. It needs no measurements, and yet the tuned model can rank mutants: evolution
has mostly not kept what the model finds unlikely.

The protein here is TEM-1, a β-lactamase: an enzyme that lets bacteria survive penicillin. The sample contains 400 homologs and the fitness
of 1,102 mutants (Stiffler et al. 2015), all single mutants of 58 consecutive positions ([sample/README.md](sample/README.md)). Everything below takes
less than a minute on two cores.
*)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"
#r "nuget: UniRep.Charts"

open System
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Charts

let sample name = Path.Combine(__SOURCE_DIRECTORY__, "sample", name)

// `.a2m` is an alignment: its gaps are dropped, and lower case is read as upper case.
let family = SequenceFile.load (sample "tem1-homologs.a2m") |> Result.orRaise |> Array.map _.Sequence

let wildType = family[0]
let relatives = family[1..]
let firstResidue = 24 // the number of the wild type's first residue in the sample

let scan = SequenceTable.loadVariants firstResidue wildType (sample "tem1-fitness.csv") |> Result.orRaise
let measured = SequenceTable.numbers "score" scan |> Result.orRaise |> Array.map Option.get
let mutants = Array.map2 (fun (record: SequenceRecord) value -> record.Id, record.Sequence, value) scan.Records measured

printfn $"{relatives.Length} relatives, {mutants.Length} mutants of a protein of {wildType.Length} residues"
(*** include-output ***)
(**
## Before

The start model is open-256, the smaller of the two embedded models: it tunes in seconds.

The score of a mutant is its log-likelihood minus that of the wild type: negative means less likely. Nothing is trained on
fitness, so this is called *zero-shot*. The measure is Spearman's ρ, the correlation of the ranks: 1 means the same order, 0 no relation. The intervals are bootstrap intervals: the mutants
are resampled with replacement a thousand times.
*)
let scoresOf model =
    let likelihoods =
        Seq.append [ wildType ] (Seq.map (fun (_, mutant, _) -> mutant) mutants)
        |> Model.logLikelihoodMany true model
        |> Seq.toArray

    likelihoods[1..] |> Array.map (fun likelihood -> likelihood - likelihoods[0])

let fitness = mutants |> Array.map (fun (_, _, measured) -> measured)

/// The rank of each value; equal values share the mean of their ranks.
let ranks (values: float[]) =
    let ranked = Array.zeroCreate values.Length

    values
    |> Array.indexed
    |> Array.sortBy snd
    |> Array.indexed
    |> Array.groupBy (fun (_, (_, value)) -> value)
    |> Array.iter (fun (_, equals) ->
        let rank = equals |> Array.averageBy (fun (rank, _) -> float rank)
        equals |> Array.iter (fun (_, (at, _)) -> ranked[at] <- rank))

    ranked

let correlation (a: float[]) (b: float[]) =
    let da, db = Array.map (fun x -> x - Array.average a) a, Array.map (fun x -> x - Array.average b) b
    let sum = Array.map2 (*) da db |> Array.sum
    sum / sqrt (Array.sumBy (fun x -> x * x) da * Array.sumBy (fun x -> x * x) db)

let spearman a b = correlation (ranks a) (ranks b)

let interval (scores: float[]) =
    let random = Random 1

    let resampled =
        Array.init 1000 (fun _ ->
            let drawn = Array.init scores.Length (fun _ -> random.Next scores.Length)
            spearman (Array.map (Array.get scores) drawn) (Array.map (Array.get fitness) drawn))
        |> Array.sort

    resampled[25], resampled[974]

let weights = (WeightStore.resolve "open-256" |> Result.orRaise).Weights
let start = Model.ofWeights Cpu.automatic weights |> Result.orRaise
let before = scoresOf start
let lowBefore, highBefore = interval before
printfn $"before tuning: ρ = %.3f{spearman before fitness} (%.3f{lowBefore} to %.3f{highBefore})"
(*** include-output ***)
(**
This is close to zero, as for every model of this kind that was trained on all proteins.

## Tuning

A tenth of the homologs is the *validation set*: it is never trained on. After each *epoch*, one pass over the other homologs, the validation loss tells whether the
model has learnt something general or only memorised these sequences; the best model is kept. The loss is the mean cross-entropy per residue in nats.

`UniRep.evotune relatives` does all this with defaults for thousands of homologs. Here there are 360, so an epoch is short: the learning rate is higher, the batches are
smaller, and there are more epochs than by default. A `Seed` determines every random choice, so the numbers below are the same each time,
with any number of threads.
*)
let options =
    { TrainingOptions.evotune with
        Epochs = 16
        LearningRate = Some 1e-3
        BatchTokens = 4000
        WarmUp = 10
        Seed = 1UL
    }

let tuned =
    EvoTuning.tune Cpu.automatic options EvoTuning.silent CancellationToken.None weights relatives
    |> Result.orRaise

[
    "training", [ for epoch in tuned.Epochs do for loss in Option.toList epoch.TrainLoss -> float epoch.Epoch, loss ]
    "validation", [ for epoch in tuned.Epochs do for loss in Option.toList epoch.ValidationLoss -> float epoch.Epoch, loss ]
]
|> List.map (fun (name, points) -> Chart.series name points)
|> Chart.lines "Loss while tuning" (Chart.axis "epoch") (Chart.axis "loss (nats per token)")
(*** include-it ***)
(**
Epoch 0 is the start model. Both curves fall fast and then level off, and the validation loss stays above the training loss: part of what is learnt is specific to the training sequences. A rising validation loss
would mean overfitting; `Patience` then stops the training early, and the model with the lowest validation loss is the result.

The *perplexity*, $e$ to the loss, is easier to interpret: it is the number of residues among which the model hesitates at each position.
*)
let perplexity (report: EpochReport) = exp (Option.get report.ValidationLoss)
let best = tuned.Epochs |> List.findBack _.IsBest
printfn $"validation perplexity: %.1f{perplexity tuned.Epochs.Head} before, %.1f{perplexity best} after epoch {best.Epoch}"
(*** include-output ***)
(**
The perplexity along the wild type, before and after. The wild type was not in the training set.
*)
let model = Model.ofWeights Cpu.automatic tuned.Weights |> Result.orRaise

let perplexityAlong model =
    let surprise = Model.logLikelihoods model wildType |> Array.map (~-)
    [ for t in 9 .. wildType.Length - 1 -> float (firstResidue + t), exp (Array.average surprise[t - 9 .. t]) ]

[ "before", start; "after", model ]
|> List.map (fun (name, model) -> Chart.series name (perplexityAlong model))
|> Chart.lines
    "Perplexity along TEM-1, mean of ten residues"
    (Chart.axis "residue of TEM-1")
    (Chart.axis "perplexity")
(*** include-it ***)
(**
The curve after tuning is low where the family is conserved, for example around the residues of the active site (serine 68 and lysine 71, serine 128 to asparagine 130,
glutamate 164), and higher where homologs differ. Residues are numbered along TEM-1; papers on the family often use the Ambler scheme, in which these are 70, 73, 130 to
132 and 166. At the beginning the model has read too little to recognise the family.

## After

The same mutants, scored by the tuned model:
*)
let after = scoresOf model
let lowAfter, highAfter = interval after
printfn $"after tuning: ρ = %.3f{spearman after fitness} (%.3f{lowAfter} to %.3f{highAfter})"

[
    Chart.barWithin lowBefore highBefore "before" (spearman before fitness)
    Chart.barWithin lowAfter highAfter "after" (spearman after fitness)
]
|> Chart.bars "Zero-shot ranking of 1,102 mutants" (Chart.axis "tuning") (Chart.axis "Spearman's ρ with fitness")
|> Chart.sized 460 400
(*** include-output ***)
(*** include-it ***)
(**
The intervals do not overlap. Each point below is a mutant: mutants that the tuned model finds unlikely are seldom fit, those it finds likely nearly always are. In between it cannot
tell, and some mutants with a high score are not fit: a language model knows the family, not this experiment.
*)
[ Chart.labelled "mutants" [ for at, (name, _, measured) in Array.indexed mutants -> name, after[at], measured ] ]
|> Chart.scatter
    "Score and fitness after tuning"
    (Chart.axis "log-likelihood ratio to the wild type (nats)")
    (Chart.axis "measured fitness (0 is the wild type's)")
(*** include-it ***)
(**
The same scores as a heat map: a column for each position, a row for each substituted residue. Grey is the wild type. Dark blue columns are conserved positions,
such as lysine 71 of the active site. Dark rows are residues that are seldom tolerated: tryptophan, cysteine, proline.
*)
let letters = "GAVLIMFWYPCSTNQHKRDE"
let positions = [| for name, _, _ in mutants -> int name[1 .. name.Length - 2] |] |> Array.distinct |> Array.sort
let scoreOf = Map.ofSeq (Seq.map2 (fun (name, _, _) score -> name, score) mutants after)

Chart.heatMap
    "Mutational scan of TEM-1, after tuning"
    (Chart.axis "residue of the wild type")
    (Chart.axis "mutated to")
    Colours.Diverging
    "log-likelihood ratio (nats)"
    [| for letter in letters -> string letter |]
    [| for position in positions -> $"{wildType.Letters[position - firstResidue]}{position}" |]
    (Array2D.init letters.Length positions.Length (fun row column ->
        let wild = wildType.Letters[positions[column] - firstResidue]
        scoreOf |> Map.tryFind $"{wild}{positions[column]}{letters[row]}" |> Option.defaultValue nan))
|> Chart.sized 1000 440
(*** include-it ***)
(**
## Save the model, and use your own protein

A tuned model is saved to a file. The command line, C# and other scripts load it by its path.
*)
let path = Path.Combine(Path.GetTempPath(), "tem1-tuned.safetensors")
WeightFile.save path tuned.Weights |> Result.orRaise
printfn $"{FileInfo(path).Length / 1024L} KiB"
(*** include-output ***)
(**
```sh
unirep embed variants.fasta --weights tem1-tuned.safetensors
```

For your own protein:

- Collect homologs with JackHMMER or MMseqs2 from UniRef; thousands are better than hundreds. Cut them to the part that is aligned with your protein, and remove
  fragments.
- Tune in a folder, which saves checkpoints and can be resumed: `unirep evotune relatives.fasta -o tuned --weights paper-256`.
- The validation set here is a random tenth, so it contains homologs of the training sequences; its loss keeps falling when the model starts to memorise them. An earlier epoch
  may predict fitness better. `--search` tries several learning rates.
- This notebook scores 58 positions of TEM-1, with 400 homologs. Below are whole proteins, with ten minutes or less of tuning on two cores (up to an hour for open-1920) and the default learning rate
  ([training](../docs/training.md) has the options and intervals):

| | homologs | open-1920 | open-672 | open-256 | paper-256 | paper-64 |
|---|--:|--:|--:|--:|--:|--:|
| TEM-1, ρ before → after | 7,701 | 0.015 → 0.540 | 0.088 → 0.530 | 0.082 → 0.511 | 0.021 → 0.512 | 0.061 → 0.537 |
| avGFP, ρ before → after | 980 | 0.007 → 0.351 | −0.003 → 0.350 | −0.037 → 0.324 | 0.003 → 0.312 | 0.008 → 0.335 |
| DHFR, validation perplexity | | 7.8 → 3.2 | 10.0 → 3.8 | 18.0 → 3.8 | 18.0 → 3.4 | |
*)
