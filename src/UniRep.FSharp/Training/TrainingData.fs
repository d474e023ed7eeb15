namespace UniRep.Training

open System
open System.Collections.Generic
open System.Threading
open UniRep
open UniRep.ModelFiles

/// What a training reads before it begins: the sequences and the start model.
type internal TrainingData =
    {
        Split: DataSplit
        StartWeights: Weights
        Warnings: string list
        /// What close relatives leave of the training files; None if they are not asked for.
        Identity: IdentityReport option
        /// Digests of what must be the same when the training is resumed.
        Digests: Map<string, string>
    }

/// Reads the sequences and the start model.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal TrainingData =
    let private read (cancellation: CancellationToken) (request: TrainingRequest) paths =
        let reading =
            { request.Reading with
                KeepAligned = request.Filter.MaxIdentity.IsSome
            }

        let records path =
            SequenceSource.nameOf path,
            SequenceSource.read reading path
            |> Seq.map (fun record ->
                cancellation.ThrowIfCancellationRequested()
                record)

        match paths |> Seq.map records |> Corpus.readFrom request.Filter with
        | Error errors -> Error(TrainingError.InvalidSequences errors)
        | Ok(corpus, summary) when corpus.Count = 0 ->
            Error(TrainingError.NothingLeft(paths, summary))
        | Ok(corpus, summary) -> Ok(corpus, summary)

    /// Reads the files of a set that is compared with, if there are any. They are taken as they are: close relatives in them
    /// teach nothing.
    let private readIfAny cancellation (request: TrainingRequest) paths =
        if List.isEmpty paths then
            Ok None
        else
            let request =
                { request with
                    TrainingRequest.Filter.MaxIdentity = None
                }

            read cancellation request paths |> Result.map (fst >> Some)

    let private mark (corpus: Corpus) index =
        Convert.ToHexString((corpus.Tokens index).Span)

    /// The sequences that are not in the validation set as well.
    let private without (validation: Corpus) (corpus: Corpus) =
        let known = HashSet(Seq.init validation.Count (mark validation))

        [|
            for index in 0 .. corpus.Count - 1 do
                if not (known.Contains(mark corpus index)) then
                    index
        |]

    /// Counts the sequences of the second that are among the first as well.
    let private shared corpus first (second: int[]) =
        let sought = HashSet(Seq.map (mark corpus) second)
        let found = HashSet(first |> Seq.map (mark corpus) |> Seq.filter sought.Contains)
        second |> Array.filter (mark corpus >> found.Contains) |> Array.length

    let private splitAtRandom (options: TrainingOptions) mayRepeat (corpus: Corpus) =
        let training, validation =
            Corpus.split options.Seed options.ValidationFraction corpus.Count

        let select indices = { Corpus = corpus; Indices = indices }

        let repeated = if mayRepeat then shared corpus training validation else 0

        select training,
        (if validation.Length = 0 then
             None
         else
             Some(select validation)),
        [
            if validation.Length = 0 && options.ValidationFraction > 0.0 then
                "there is only one sequence, so there is no validation set"
            if repeated > 0 then
                $"{repeated} of {validation.Length} validation sequences are also trained on, because they occur more than once: the validation loss is too low"
        ]

    let private split (request: TrainingRequest) (corpus: Corpus) validation =
        match validation with
        | None -> Ok(splitAtRandom request.Options request.Filter.KeepDuplicates corpus)
        | Some validation ->
            match without validation corpus with
            | [||] -> Error(TrainingError.AllInValidationSet corpus.Count)
            | indices ->
                let both = corpus.Count - indices.Length

                Ok(
                    { Corpus = corpus; Indices = indices },
                    Some(Subset.all validation),
                    [
                        if both > 0 then
                            $"{both} sequences are also in the validation set: they are not trained on"
                    ]
                )

    let private startModel cancellation (request: TrainingRequest) =
        match request.Start with
        | StartModel.Random shape ->
            Ok(RandomWeights.createUntil cancellation request.Options.Seed shape, [])
        | StartModel.Weights name ->
            WeightStore.resolve name
            |> Result.bind (fun loaded ->
                if loaded.Weights.HasHead then
                    Ok loaded
                else
                    Error(WeightStoreError.NoHead loaded.Weights.Card))
            |> Result.map (fun loaded -> loaded.Weights, loaded.Warnings)
            |> Result.mapError TrainingError.StartModel

    let private summaryWarnings (summary: CorpusSummary) =
        let counted count what =
            if count > 0L then
                [ $"{count} sequences {what} and are skipped" ]
            else
                []

        [
            yield! counted summary.Duplicates "are duplicates"
            yield! counted summary.TooShort "are too short"
            yield! counted summary.TooLong "are too long"
            yield! counted summary.Invalid "are not made of residues"
            yield! summary.Warnings
        ]

    /// Takes sequences in memory, a random part of which is the validation set.
    let ofSequences (options: TrainingOptions) (weights: Weights) (corpus: Corpus) =
        match Hyperparameter.check (Some weights.Shape.Units) options with
        | _ :: _ as errors -> Error(TrainingError.InvalidOptions errors)
        | [] when corpus.Count = 0 -> Error TrainingError.NoSequences
        | [] when not weights.HasHead ->
            Error(TrainingError.StartModel(WeightStoreError.NoHead weights.Card))
        | [] ->
            let training, validation, warnings = splitAtRandom options true corpus

            Ok
                {
                    Split =
                        {
                            Training = training
                            Validation = validation
                            OutOfDomain = None
                        }
                    StartWeights = weights
                    Warnings = TrainingProvenance.warnings weights.Card @ warnings
                    Identity = None
                    Digests = Map.empty
                }

    let private digests (cancellation: CancellationToken) corpora weights =
        Map.ofList
            [
                for name, corpus in corpora do
                    cancellation.ThrowIfCancellationRequested()

                    match corpus with
                    | Some corpus -> name, Corpus.fingerprint corpus
                    | None -> ()
                "the start model", WeightFile.fingerprint weights
            ]

    /// Reads the files of a request, in their order, and the start model. Raises OperationCanceledException.
    let ofRequest (cancellation: CancellationToken) (request: TrainingRequest) =
        match RequestChecks.ofRequest request with
        | _ :: _ as errors -> Error(TrainingError.InvalidOptions errors)
        | [] ->
            match
                read cancellation request request.Sequences,
                readIfAny cancellation request request.Validation,
                readIfAny cancellation request request.OutOfDomain,
                startModel cancellation request
            with
            | Ok(corpus, summary), Ok validation, Ok outOfDomain, Ok(weights, weightWarnings) ->
                cancellation.ThrowIfCancellationRequested()

                split request corpus validation
                |> Result.bind (fun (trainingSet, validationSet, warnings) ->
                    let split: DataSplit =
                        {
                            Training = trainingSet
                            Validation = validationSet
                            OutOfDomain = Option.map Subset.all outOfDomain
                        }

                    RequestChecks.ofData request split weights
                    |> Result.map (fun () ->
                        {
                            Split = split
                            StartWeights = weights
                            Warnings = weightWarnings @ summaryWarnings summary @ warnings
                            Identity = summary.Identity
                            Digests =
                                digests
                                    cancellation
                                    [
                                        "the training set", Some corpus
                                        "the validation set", validation
                                        "the out-of-domain test set", outOfDomain
                                    ]
                                    weights
                        }))
            | Error error, _, _, _
            | _, Error error, _, _
            | _, _, Error error, _
            | _, _, _, Error error -> Error error
