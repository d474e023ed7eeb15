(**
# Evolutionary tuning

A model that has read all kinds of proteins knows a little of each. Reading on, with nothing but the relatives of one protein, it learns what evolution
has tried and kept there. Alley et al. called this *evo-tuning*. No measurement goes in, and yet the tuned model can rank mutants: what it finds unlikely,
evolution mostly did not keep.

The protein here is TEM-1, a β-lactamase: an enzyme that lets bacteria survive penicillin. The sample holds 400 of its relatives and the fitness
of 1,102 mutants (Stiffler et al. 2015), all single mutants of 58 positions in a row ([sample/README.md](sample/README.md)). Everything below takes
less than a minute on two cores.
*)
// Until the package is published, `dotnet pack -c Release` makes it and the next line finds it; afterwards delete that line.
#load "../artifacts/local-feed.fsx"
#r "nuget: UniRep.FSharp"

open System
open System.IO
open UniRep
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

The model to begin with is open-256, the smaller of the two that are embedded: it tunes in seconds.

The score of a mutant is the logarithm of how likely the model finds it, less that of the wild type: negative means less likely. Nothing is trained on
fitness, so this is called *zero-shot*. The measure is Spearman's ρ, the correlation of the ranks: 1 would be the same order, 0 none. An interval comes from drawing the mutants
anew a thousand times, with repetition (a bootstrap).
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
As good as nothing, like every model of this kind that was trained on all proteins.

## Tuning

A tenth of the relatives is *held out*: never trained on, used only to judge. After each *epoch*, in which every other relative is read once, the loss of the hold-out tells whether the
model has learnt something general or just these sequences by heart; the best model is kept. The loss is the mean surprise per residue in nats.

`UniRep.evotune relatives` does all that by defaults that suit thousands of relatives. Here there are 360, so an epoch is short: the learning rate is raised, the batches are
smaller, and there are more of epochs than usual. A `Seed` decides every random choice, so the numbers below come out the same each time,
on however many threads.
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
    EvoTuning.tune Cpu.automatic options EvoTuning.silent weights relatives
    |> Result.orRaise

[
    "training", [ for epoch in tuned.Epochs do for loss in Option.toList epoch.TrainLoss -> float epoch.Epoch, loss ]
    "hold-out", [ for epoch in tuned.Epochs do for loss in Option.toList epoch.HoldOutLoss -> float epoch.Epoch, loss ]
]
|> List.map (fun (name, points) -> Chart.series name points)
|> Chart.lines "Loss while tuning" (Chart.axis "epoch") (Chart.axis "loss (nats per token)")
(*** include-it ***)
(**
Epoch 0 is the model before. Both curves fall fast and then level off, and the hold-out stays above training: part of what is learnt is about the sequences that were seen. Had the hold-out turned up
again, training would have gone too far; `Patience` ends it then, and the model of the lowest point is the result.

In words that mean something: the *perplexity*, $e$ to the loss, says between how many residues the model hesitates at each place.
*)
let holdOut (report: EpochReport) = exp (Option.get report.HoldOutLoss)
let best = tuned.Epochs |> List.findBack _.IsBest
printfn $"perplexity of the hold-out: %.1f{holdOut tuned.Epochs.Head} before, %.1f{holdOut best} after epoch {best.Epoch}"
(*** include-output ***)
(**
Here is the wild type itself, place by place, before and after. It was not among the sequences that were trained on.
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
The curve after tuning is low where the family is nearly always the same, as around the residues of the active site (serine 68 and lysine 71, serine 128 to asparagine 130,
glutamate 164), and higher where relatives differ. Residues are counted along TEM-1; papers on the family often count by Ambler's scheme, where these are 70, 73, 130 to
132 and 166. At the beginning the model has read too little to know where it is.

## After

Now the same mutants, scored by the tuned model:
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
The intervals do not touch. Each point below is a mutant: what the tuned model finds unlikely is seldom fit, what it finds likely nearly always is. In between it cannot
tell, and some of its favourites fail: a language model knows what the family does, not what this experiment asks.
*)
[ Chart.labelled "mutants" [ for at, (name, _, measured) in Array.indexed mutants -> name, after[at], measured ] ]
|> Chart.scatter
    "Score and fitness after tuning"
    (Chart.axis "log-likelihood ratio to the wild type (nats)")
    (Chart.axis "measured fitness (0 is the wild type's)")
(*** include-it ***)
(**
The same scores as a map: a column for each position, a row for each residue put there. Grey is the wild type. Dark blue columns are positions where the family
has nothing else: lysine 71 of the active site among them. Dark rows are residues that are seldom put anywhere: tryptophan, cysteine, proline.
*)
let letters = "GAVLIMFWYPCSTNQHKRDE"
let positions = [| for name, _, _ in mutants -> int name[1 .. name.Length - 2] |] |> Array.distinct |> Array.sort
let scoreOf = Map.ofSeq (Seq.map2 (fun (name, _, _) score -> name, score) mutants after)

Chart.heatMap
    "Mutational scan of TEM-1, after tuning"
    (Chart.axis "residue of the wild type")
    (Chart.axis "mutated to")
    Diverging
    "log-likelihood ratio (nats)"
    [| for letter in letters -> string letter |]
    [| for position in positions -> $"{wildType.Letters[position - firstResidue]}{position}" |]
    (Array2D.init letters.Length positions.Length (fun row column ->
        let wild = wildType.Letters[positions[column] - firstResidue]
        scoreOf |> Map.tryFind $"{wild}{positions[column]}{letters[row]}" |> Option.defaultValue nan))
|> Chart.sized 1000 440
(*** include-it ***)
(**
## Keeping the model, and doing it for real

A tuned model is a file like any other. The command line, C# and other scripts take it by its path.
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

- Collect relatives with JackHMMER or MMseqs2 against UniRef; thousands are better than hundreds. Cut them to the part that is aligned with your protein, drop
  fragments.
- Tune in a folder, which saves checkpoints and can be resumed: `unirep evotune relatives.fasta -o tuned --weights paper-256`.
- The hold-out here is a random tenth, so relatives of what was trained on are in it; it goes on falling when the model begins to learn them by heart. What predicts fitness best may be an earlier
  epoch. `--search` tries several learning rates.
- 58 of TEM-1's positions are judged here, with 400 relatives. The whole protein and 7,701 relatives, with the published 64-unit model, give 0.537 (0.515 to 0.557):
  [training](../docs/training.md).
*)
