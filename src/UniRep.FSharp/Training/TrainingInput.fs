namespace UniRep.Training

open System
open System.Collections.Generic
open UniRep
open UniRep.ModelFiles

/// The sequences of a request's files.
type internal TrainingCorpora =
    {
        ToTrain: Corpus
        ToValidate: Corpus option
        FromElsewhere: Corpus option
    }

/// What a training reads before it begins.
type internal TrainingInput =
    {
        Sequences: TrainingSequences
        Corpora: TrainingCorpora
        Weights: Weights
        Warnings: string list
        /// What must be the same when training goes on.
        Digests: Map<string, string>
    }

/// Reads the files of a request.
[<RequireQualifiedAccess>]
module internal TrainingInput =
    let private whole corpus =
        {
            Corpus = corpus
            Indices = Array.init corpus.Count id
        }

    let private read (request: TrainingRequest) paths =
        match Corpus.readFrom (TrainingSource.read request.Reading) request.Filter paths with
        | Error errors -> Error(BadSequences errors)
        | Ok(corpus, summary) when corpus.Count = 0 -> Error(NothingLeft(paths, summary))
        | Ok(corpus, summary) -> Ok(corpus, summary)

    let private readIfAny request paths =
        if List.isEmpty paths then
            Ok None
        else
            read request paths |> Result.map (fst >> Some)

    let private mark (corpus: Corpus) index =
        Convert.ToHexString((corpus.Tokens index).Span)

    /// The sequences to train on that are not held out as well.
    let private without (held: Corpus) (corpus: Corpus) =
        let known = HashSet(Seq.init held.Count (mark held))

        [|
            for index in 0 .. corpus.Count - 1 do
                if not (known.Contains(mark corpus index)) then
                    index
        |]

    /// How many of the second stand among the first as well.
    let private shared corpus first (second: int[]) =
        let sought = HashSet(Seq.map (mark corpus) second)
        let found = HashSet(first |> Seq.map (mark corpus) |> Seq.filter sought.Contains)
        second |> Array.filter (mark corpus >> found.Contains) |> Array.length

    let private partByChance (options: TrainingOptions) mayRepeat (corpus: Corpus) =
        let kept, held = Corpus.split options.Seed options.HoldOut corpus.Count
        let select indices = { Corpus = corpus; Indices = indices }
        let repeated = if mayRepeat then shared corpus kept held else 0

        select kept,
        (if held.Length = 0 then None else Some(select held)),
        [
            if held.Length = 0 && options.HoldOut > 0.0 then
                "there is only one sequence: nothing is held out to validate with"
            if repeated > 0 then
                $"{repeated} of {held.Length} sequences that are held out are trained on as well, because they occur more than once: the validation loss is too low"
        ]

    let private part (request: TrainingRequest) (corpus: Corpus) holdOut =
        let options = request.Options

        match holdOut with
        | Some held ->
            match without held corpus with
            | [||] -> Error(AllHeldOut corpus.Count)
            | kept ->
                let left = corpus.Count - kept.Length

                Ok(
                    { Corpus = corpus; Indices = kept },
                    Some(whole held),
                    [
                        if left > 0 then
                            $"{left} sequences are held out as well: they are not trained on"
                    ]
                )
        | None -> Ok(partByChance options request.Filter.KeepDuplicates corpus)

    let private start (request: TrainingRequest) =
        match request.Start with
        | FromRandom shape -> Ok(RandomWeights.create request.Options.Seed shape, [])
        | FromWeights name ->
            WeightStore.resolve name
            |> Result.bind (fun loaded ->
                if loaded.Weights.HasHead then
                    Ok loaded
                else
                    Error(WeightStoreError.NoHead loaded.Weights.Card))
            |> Result.map (fun loaded -> loaded.Weights, loaded.Warnings)
            |> Result.mapError BadStart

    let private summaryWarnings (summary: CorpusSummary) =
        let counted count what =
            if count > 0L then [ $"{count} sequences {what}" ] else []

        [
            yield! counted summary.Duplicates "came before and are left out"
            yield! counted summary.TooShort "are too short and are left out"
            yield! counted summary.TooLong "are too long and are left out"
            yield! counted summary.Invalid "are not made of residues and are left out"
            yield! summary.Warnings
        ]

    /// Sequences in memory, some of them in the validation set.
    let ofSequences (options: TrainingOptions) (weights: Weights) (corpus: Corpus) =
        match
            TrainingOptions.check
                { options with
                    LearningRate =
                        options.LearningRate
                        |> Option.orElse (Some(TrainingOptions.usualRate weights.Shape.Units))
                }
        with
        | _ :: _ as errors -> Error(BadOptions errors)
        | [] when corpus.Count = 0 -> Error NoSequence
        | [] when not weights.HasHead -> Error(BadStart(WeightStoreError.NoHead weights.Card))
        | [] ->
            partByChance options true corpus
            |> fun (train, held, warnings) ->
                Ok
                    {
                        Sequences =
                            {
                                Train = train
                                HoldOut = held
                                OutOfDomain = None
                            }
                        Corpora =
                            {
                                ToTrain = corpus
                                ToValidate = None
                                FromElsewhere = None
                            }
                        Weights = weights
                        Warnings = TrainingProvenance.warnings weights.Card @ warnings
                        Digests = Map.empty
                    }

    let private digests (corpora: TrainingCorpora) weights =
        let digest name corpus =
            corpus
            |> Option.map (fun corpus -> name, Corpus.fingerprint corpus)
            |> Option.toList

        Map.ofList
            [
                yield! digest "the set of sequences to train on" (Some corpora.ToTrain)
                yield! digest "the hold-out" corpora.ToValidate
                yield! digest "the out-of-domain test set" corpora.FromElsewhere
                "the model to begin with", WeightFile.fingerprint weights
            ]

    let ofRequest (request: TrainingRequest) =
        match TrainingChecks.ofRequest request with
        | _ :: _ as errors -> Error(BadOptions errors)
        | [] ->
            match
                read request request.Sequences,
                readIfAny request request.HoldOut,
                readIfAny request request.OutOfDomain,
                start request
            with
            | Ok(corpus, summary), Ok holdOut, Ok outOfDomain, Ok(weights, weightWarnings) ->
                part request corpus holdOut
                |> Result.bind (fun (train, held, warnings) ->
                    let sequences =
                        {
                            Train = train
                            HoldOut = held
                            OutOfDomain = Option.map whole outOfDomain
                        }

                    let corpora =
                        {
                            ToTrain = corpus
                            ToValidate = holdOut
                            FromElsewhere = outOfDomain
                        }

                    TrainingChecks.ofSequences request sequences weights
                    |> Result.map (fun () ->
                        {
                            Sequences = sequences
                            Corpora = corpora
                            Weights = weights
                            Warnings = weightWarnings @ summaryWarnings summary @ warnings
                            Digests = digests corpora weights
                        }))
            | Error error, _, _, _
            | _, Error error, _, _
            | _, _, Error error, _
            | _, _, _, Error error -> Error error
