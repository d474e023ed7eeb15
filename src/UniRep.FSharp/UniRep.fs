namespace UniRep

open System
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

    /// Trains weights on with strings.
    let tuneWith observer options weights sequences =
        match parseAll sequences with
        | Error errors -> Throw.error errors.Head
        | Ok sequences ->
            match EvoTuning.tune Cpu.automatic options observer weights sequences with
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
                observer
                TrainingOptions.evotune
                (weightsOf WeightCatalog.defaultName)
                sequences

        // Whoever waits at a prompt or in a notebook sees how it goes.
        if Prompt.isThere () then
            let tuned = train (EvoTuning.printTo System.Console.Error)

            for warning in TrainingProvenance.warnings tuned.Weights.Card do
                System.Console.Error.WriteLine $"warning: {warning}"

            tuned
        else
            train EvoTuning.silent
