namespace UniRep

open System.Collections.Generic

/// What a training reads before it begins.
type internal TrainingInput =
    {
        Sequences: TrainingSequences
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

    let private read request paths =
        match Corpus.read request.Reading request.Filter paths with
        | Error errors -> Error(BadSequences errors)
        | Ok(corpus, summary) when corpus.Count = 0 -> Error(NothingLeft(paths, summary))
        | Ok(corpus, summary) -> Ok(corpus, summary)

    let private readIfAny request paths =
        if List.isEmpty paths then
            Ok None
        else
            read request paths |> Result.map (fst >> Some)

    /// The sequences to train on that are not held out as well.
    let private without (held: Corpus) (corpus: Corpus) =
        let known =
            HashSet(
                Seq.init held.Count (fun index ->
                    System.Convert.ToHexString((held.Tokens index).Span))
            )

        [|
            for index in 0 .. corpus.Count - 1 do
                if not (known.Contains(System.Convert.ToHexString((corpus.Tokens index).Span))) then
                    index
        |]

    let private partByChance (options: TrainingOptions) (corpus: Corpus) =
        let kept, held = Corpus.split options.Seed options.HoldOut corpus.Count

        let select indices = { Corpus = corpus; Indices = indices }

        select kept,
        (if held.Length = 0 then None else Some(select held)),
        [
            if held.Length = 0 && options.HoldOut > 0.0 then
                "there is but one sequence: nothing is held out to judge by"
        ]

    let private part request (corpus: Corpus) holdOut =
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
        | None -> Ok(partByChance options corpus)

    let private start request =
        match request.Start with
        | FromRandom shape -> Ok(RandomWeights.create request.Options.Seed shape, [])
        | FromWeights name ->
            WeightStore.resolve name
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

    let private checkAll (request: TrainingRequest) =
        [
            yield! TrainingOptions.check request.Options
            match request.Search with
            | Some search when search.Trials < 1 -> OutOfRange("search", "1 or more")
            | Some search when search.Folds < 0 || search.Folds = 1 ->
                OutOfRange("folds", "2 or more")
            | Some search when
                search.Folds = 0 && request.HoldOut.IsEmpty && request.Options.HoldOut = 0.0
                ->
                OutOfRange("hold-out", "above 0 for a search without folds")
            | _ -> ()
        ]

    /// Sequences at hand, some of them held out.
    let ofSequences (options: TrainingOptions) weights (corpus: Corpus) =
        match TrainingOptions.check options with
        | _ :: _ as errors -> Error(BadOptions errors)
        | [] when corpus.Count = 0 -> Error NoSequence
        | [] ->
            partByChance options corpus
            |> fun (train, held, warnings) ->
                Ok
                    {
                        Sequences =
                            {
                                Train = train
                                HoldOut = held
                                OutOfDomain = None
                            }
                        Weights = weights
                        Warnings = warnings
                        Digests = Map.empty
                    }

    let ofRequest (request: TrainingRequest) =
        match checkAll request with
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
                |> Result.map (fun (train, held, warnings) ->
                    let digest name corpus =
                        corpus
                        |> Option.map (fun corpus -> name, Corpus.fingerprint corpus)
                        |> Option.toList

                    {
                        Sequences =
                            {
                                Train = train
                                HoldOut = held
                                OutOfDomain = Option.map whole outOfDomain
                            }
                        Weights = weights
                        Warnings = weightWarnings @ summaryWarnings summary @ warnings
                        Digests =
                            Map.ofList
                                [
                                    yield! digest "the set of sequences to train on" (Some corpus)
                                    yield! digest "the hold-out" holdOut
                                    yield! digest "the set from elsewhere" outOfDomain
                                    "the model to begin with", WeightFile.fingerprint weights
                                ]
                    })
            | Error error, _, _, _
            | _, Error error, _, _
            | _, _, Error error, _
            | _, _, _, Error error -> Error error
