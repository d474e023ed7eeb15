namespace UniRep

open System
open System.Threading
open UniRep.ModelFiles
open UniRep.Training

[<RequireQualifiedAccess>]
module UniRep =
    let private embedded =
        lazy
            (match Model.load Cpu.automatic WeightCatalog.defaultName with
             | Ok model -> model.Shared
             | Error error -> error.Raise())

    let model () = embedded.Value

    /// All sequences, or every error with its index.
    let internal parseAll (texts: string seq) =
        ArgumentNullException.ThrowIfNull(texts, "sequences")

        let parsed =
            texts
            |> Seq.mapi (fun index text ->
                if isNull (box text) then
                    Throw.nullSequence "sequences" index

                Sequence.parse text
                |> Result.mapError (fun error -> { Index = index; Error = error }))
            |> Array.ofSeq

        match
            parsed
            |> Array.choose (function
                | Error error -> Some error
                | Ok _ -> None)
        with
        | [||] ->
            parsed
            |> Array.choose (function
                | Ok sequence -> Some sequence
                | Error _ -> None)
            |> Ok
        | errors -> Error(List.ofArray errors)

    let tryGetReps sequences =
        parseAll sequences
        |> Result.map (fun sequences -> Model.representMany (model ()) sequences |> Array.ofSeq)

    let getReps sequences =
        match tryGetReps sequences with
        | Ok reps -> reps
        | Error errors -> Throw.error errors.Head

    let tuneWith backend observer options (cancellation: CancellationToken) weights sequences =
        let untilCancelled =
            Seq.map (fun (text: string) ->
                cancellation.ThrowIfCancellationRequested()
                text)

        match parseAll (untilCancelled sequences) with
        | Error errors -> Throw.error errors.Head
        | Ok sequences ->
            match EvoTuning.tune backend options observer cancellation weights sequences with
            | Ok tuned -> tuned
            | Error error -> Throw.error error

    /// The weights of a name or path.
    let weightsOf nameOrPath =
        match WeightStore.resolve nameOrPath with
        | Ok loaded -> loaded.Weights
        | Error error -> Throw.error error

    let checkSavePlace path =
        match SavePlace.check path with
        | Ok() -> ()
        | Error error -> Throw.error error

    let evotune sequences =
        let train observer =
            tuneWith
                Cpu.automatic
                observer
                TrainingOptions.evotune
                CancellationToken.None
                (weightsOf WeightCatalog.defaultName)
                sequences

        // At a prompt and in a notebook, progress is printed.
        if Prompt.isThere () then
            let tuned = train (EvoTuning.printTo System.Console.Error)

            for warning in TrainingProvenance.warnings tuned.Weights.Card do
                System.Console.Error.WriteLine $"warning: {warning}"

            tuned
        else
            train EvoTuning.silent
