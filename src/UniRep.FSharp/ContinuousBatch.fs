namespace UniRep

open System
open System.Threading
open System.Threading.Tasks
open UniRep.Compute

type ContinuousBatchOptions =
    {
        MaximalWaitingResidues: int64
        MaximalLanes: int
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ContinuousBatchOptions =
    let defaults =
        let engine = ContinuousRunOptions()

        {
            MaximalWaitingResidues = engine.MaximalWaitingResidues
            MaximalLanes = engine.MaximalLanes
        }

[<RequireQualifiedAccess>]
type JoinError =
    | QueueFull of waitingResidues: int64 * seconds: float
    | Closed

    member this.Message =
        match this with
        | QueueFull(residues, seconds) ->
            let seconds = Display.counted (int (Math.Ceiling(min seconds 1e6))) "second"
            $"{Display.whole residues} residues wait already: try again in about {seconds}"
        | Closed -> "no more sequences are taken: the program is about to end"

    interface IError with
        member this.Message = this.Message

/// Makes the task of one sequence.
[<Sealed>]
type private ResultReceiver<'result>
    (output: Output<'result>, sequence: Sequence, cancellation: CancellationToken) =
    let completion =
        TaskCompletionSource<'result> TaskCreationOptions.RunContinuationsAsynchronously

    member _.Task = completion.Task

    interface ISequenceReceiver with
        member _.Complete(result: inref<SequenceOutput>) =
            completion.SetResult(output.Take.Invoke(sequence, &result))

        member _.Fail error =
            completion.TrySetException error |> ignore

        member _.Cancel() =
            completion.TrySetCanceled cancellation |> ignore

[<Sealed>]
type ContinuousBatch private (model: Model, runner: Runner, run: ContinuousRun) =
    /// Computes a batch with a backend that takes nothing else.
    static let inBatches (runner: Runner) shape options =
        ContinuousRun.OverBatches(shape, Streaming.complete runner, options)

    static member Start(model: Model, options: ContinuousBatchOptions) =
        ArgumentNullException.ThrowIfNull(model, nameof model)
        let runner = model.Runner

        let options =
            ContinuousRunOptions(
                MaximalWaitingResidues = options.MaximalWaitingResidues,
                MaximalLanes = options.MaximalLanes
            )

        let start =
            runner.BeginContinuous |> Option.defaultValue (inBatches runner model.Shape)

        ContinuousBatch(model, runner, start options)

    member _.TryJoinMany
        (
            output: Output<'result>,
            sequences: Sequence array,
            client: string,
            cancellation: CancellationToken
        ) : Result<Task<'result> array, JoinError> =
        ArgumentNullException.ThrowIfNull(sequences, nameof sequences)

        sequences
        |> Array.iteri (fun index sequence ->
            if isNull (box sequence) then
                Throw.nullSequence (nameof sequences) index)

        if output.ReadsBackward then
            invalidArg (nameof output) "A continuous batch reads forward; Model.map reads backward."

        if output.Needs.HasFlag Outputs.Logits && not runner.HasHead then
            raise (UniRepException("NoHead", Weights.noHead model.Card))

        let receivers =
            sequences
            |> Array.map (fun sequence -> ResultReceiver(output, sequence, cancellation))

        let requests =
            Array.map2
                (fun (sequence: Sequence) receiver ->
                    SequenceRequest(sequence.Tokens, output.Needs, receiver, cancellation))
                sequences
                receivers

        match run.TryJoin(ReadOnlySpan requests, client) with
        | true, _ -> receivers |> Array.map _.Task |> Ok
        | _, refusal when refusal.IsClosed -> Error JoinError.Closed
        | _, refusal ->
            JoinError.QueueFull(refusal.WaitingResidues, refusal.TimeUntilRoom.TotalSeconds)
            |> Error

    member this.TryJoin
        (
            output: Output<'result>,
            sequence: Sequence,
            client: string,
            cancellation: CancellationToken
        ) : Result<Task<'result>, JoinError> =
        ArgumentNullException.ThrowIfNull(box sequence, nameof sequence)

        this.TryJoinMany(output, [| sequence |], client, cancellation)
        |> Result.map Array.exactlyOne

    member _.Statistics = run.Statistics
    member _.DrainAsync() = run.DrainAsync()
    member _.DisposeAsync() = run.DisposeAsync()

    interface IAsyncDisposable with
        member this.DisposeAsync() = this.DisposeAsync()
