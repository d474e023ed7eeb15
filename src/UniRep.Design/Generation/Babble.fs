namespace UniRep.Design

open System
open System.Globalization
open UniRep
open UniRep.Compute

[<RequireQualifiedAccess>]
module Babble =
    /// Computes what all sequences begin with.
    let private begin' (run: RunOptions) model options =
        let tokens =
            match options.Start with
            | Some start -> start.Tokens
            | None -> ReadOnlyMemory.Empty

        let beginning = Beginning tokens
        let mutable isTaken = false

        let source =
            { new IStepwiseSource with
                member _.Take() =
                    if isTaken then
                        null
                    else
                        isTaken <- true
                        beginning
            }

        let computing = Model.beginStepwise run.Cancellation 1 source model

        try
            computing.Advance() |> ignore
        finally
            computing.Close()

        beginning

    let private results (run: RunOptions) model options =
        seq {
            let source = BabbleSource(options, begin' run model options)

            let computing = Model.beginStepwise run.Cancellation options.Count source model

            try
                let mutable isDone = false
                let mutable residues = 0L
                let mutable next = ValueNone

                while not isDone || next.IsSome do
                    match next with
                    | ValueSome result ->
                        residues <- residues + int64 result.Sequence.Length
                        run.Progress |> Option.iter _.Report(residues)
                        yield result
                    | ValueNone ->
                        isDone <- computing.Advance()
                        source.DoubleBatch()

                    next <- source.TryTakeResult()
            finally
                computing.Close()
        }

    let sample run (model: Model) options =
        BabbleOptions.check options
        |> Result.bind (fun options ->
            if model.HasHead then
                Ok(results run model options)
            else
                Error(BabbleError.NoHead(Weights.noHead model.Card)))

    let header (babbled: Babbled) =
        String.Format(
            CultureInfo.InvariantCulture,
            "babble-{0} log_likelihood={1:F4} length={2} end={3}",
            babbled.Index + 1,
            babbled.LogLikelihood,
            babbled.Sequence.Length,
            (if babbled.EndsByStop then "stop" else "cut")
        )
