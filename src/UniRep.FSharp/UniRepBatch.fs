namespace UniRep

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks

[<Sealed>]
type UniRepBatch internal (model: Model, options: ContinuousBatchOptions) =
    static let representation = Output.map Representation Output.rep

    let batch = ContinuousBatch.Start(model, options)

    [<VolatileField>]
    let mutable isDisposed = false

    /// Joins; what is wrong with a sequence, and a refusal, ends the task.
    let attempt (client: string) (join: unit -> Task<'result>) : Task<'result> =
        ArgumentNullException.ThrowIfNull(client, "client")
        ObjectDisposedException.ThrowIf(isDisposed, typeof<UniRepBatch>)

        try
            join ()
        with :? UniRepException as error ->
            Task.FromException<'result> error

    let joinOne output (sequence: string) client cancellation : Task<'result> =
        ArgumentNullException.ThrowIfNull(sequence, "sequence")

        attempt client (fun () ->
            batch.TryJoin(output, InteropCalls.parse sequence, client, cancellation)
            |> Result.orRaise)

    member _.RepresentAsync
        (sequence: string, cancellation: CancellationToken)
        : Task<Representation> =
        joinOne representation sequence "" cancellation

    member _.RepresentAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue("")>] client: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<Representation> =
        joinOne representation sequence client cancellation

    member _.RepresentAllAsync
        (
            sequences: IEnumerable<string>,
            [<Optional; DefaultParameterValue("")>] client: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<Representation[]> =
        ArgumentNullException.ThrowIfNull(sequences, "sequences")

        attempt client (fun () ->
            let parsed = sequences |> Seq.mapi InteropCalls.parseAt |> Array.ofSeq

            batch.TryJoinMany(representation, parsed, client, cancellation)
            |> Result.orRaise
            |> Task.WhenAll)

    member _.LogLikelihoodAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue(true)>] includeStop: bool,
            [<Optional; DefaultParameterValue("")>] client: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float> =
        joinOne (Output.logLikelihood includeStop) sequence client cancellation

    member _.HiddenStatesAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue("")>] client: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float32[,]> =
        joinOne Output.hiddenStates sequence client cancellation

    member _.LogitsAsync
        (
            sequence: string,
            [<Optional; DefaultParameterValue("")>] client: string,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : Task<float32[,]> =
        joinOne Output.logits sequence client cancellation

    member _.Statistics = batch.Statistics
    member _.DrainAsync() = batch.DrainAsync()

    member _.DisposeAsync() =
        isDisposed <- true
        batch.DisposeAsync()

    member this.Dispose() =
        this.DisposeAsync().AsTask().GetAwaiter().GetResult()

    interface IAsyncDisposable with
        member this.DisposeAsync() = this.DisposeAsync()

    interface IDisposable with
        member this.Dispose() = this.Dispose()
