namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Channels
open System.Threading.Tasks
open UniRep.Compute

/// A run on a thread of its own, and its results that wait for their reader. While many wait the run pauses and holds no
/// thread.
[<Sealed>]
type internal BackgroundRun<'item, 'result>
    (
        runner: Runner,
        output: Output<'result>,
        sourceOf: CancellationToken -> ItemSource<'item>,
        progress: IProgress<int64> option,
        cancellations: CancellationToken array
    ) =
    /// With so many waiting results the run pauses.
    let most = 64

    /// With so few waiting results it resumes.
    let few = 32

    let stopping = CancellationTokenSource.CreateLinkedTokenSource cancellations
    let source = sourceOf stopping.Token
    let results = Channel.CreateUnbounded<struct ('item * 'result)>()
    let closed = TaskCompletionSource()
    let mutable run: Run voption = ValueNone
    /// 1 while a thread computes, and once the run has ended.
    let mutable isTaken = 0

    let tryTake () =
        Interlocked.CompareExchange(&isTaken, 1, 0) = 0

    let write item result =
        results.Writer.TryWrite(struct (item, result)) |> ignore

    let start () =
        let deliver =
            Deliver<'item>(fun item sequence (result: inref<SequenceOutput>) ->
                write item (output.Take.Invoke(sequence, &result)))

        runner.Begin
            source
            (ItemSink(source, deliver, (fun () -> results.Reader.Count >= most)))
            output.Needs
            {
                Progress = progress
                Cancellation = stopping.Token
            }

    let finish (error: exn | null) =
        match run with
        | ValueSome run -> run.Close()
        | ValueNone -> ()

        source.Close()

        results.Writer.TryComplete(if isNull error then source.Failure else error)
        |> ignore

        closed.TrySetResult() |> ignore

    let compute () =
        let mutable isRunning = true

        while isRunning do
            isRunning <-
                try
                    if run.IsNone then
                        run <- ValueSome(start ())

                    if run.Value.Advance() then
                        finish null
                        false
                    else
                        Volatile.Write(&isTaken, 0)
                        // The reader may have come to the last results meanwhile.
                        results.Reader.Count <= few && tryTake ()
                with error ->
                    finish error
                    false

    /// Ends when the run has ended and the source is closed.
    member _.Closed = closed.Task

    /// Ends the run within a step.
    member _.Stop() =
        stopping.CancelAsync() |> ignore

        if tryTake () then
            finish null

    /// Resumes the run if few results wait.
    member _.Resume() =
        if results.Reader.Count <= few && tryTake () then
            Task.Factory.StartNew(compute, TaskCreationOptions.LongRunning) |> ignore

    /// Waits for a result, or the end; raises what ended the run early.
    member _.WaitAsync() =
        results.Reader.WaitToReadAsync stopping.Token

    /// Gives a result that waits; raises if the reader has cancelled.
    member _.TryRead(result: byref<struct ('item * 'result)>) =
        for cancellation in cancellations do
            cancellation.ThrowIfCancellationRequested()

        results.Reader.TryRead &result

    interface IDisposable with
        member _.Dispose() = stopping.Dispose()

/// The reader's end of a run: reads it, and stops it when it is done with, or left behind and collected.
[<Sealed>]
type internal ResultReader<'item, 'result>(run: BackgroundRun<'item, 'result>) =
    let mutable current = Unchecked.defaultof<struct ('item * 'result)>
    let mutable isDisposed = false

    member _.Current = current

    /// Gives the next result, once it is there, to Current.
    member _.MoveNextAsync() : ValueTask<bool> =
        let rec next () =
            if isDisposed then
                ValueTask<bool> false
            elif run.TryRead &current then
                run.Resume()
                ValueTask<bool> true
            else
                run.Resume()
                let waiting = run.WaitAsync()

                if waiting.IsCompletedSuccessfully then
                    if waiting.Result then next () else ValueTask<bool> false
                else
                    ValueTask<bool>(
                        task {
                            let! isThere = waiting.ConfigureAwait false

                            if isThere then
                                return! next().ConfigureAwait false
                            else
                                return false
                        }
                    )

        next ()

    /// Stops the run; ends when its threads are free and the source is closed, or keeps its reader waiting.
    member this.DisposeAsync() : ValueTask =
        if isDisposed then
            ValueTask()
        else
            isDisposed <- true
            GC.SuppressFinalize this
            run.Stop()

            ValueTask(
                task {
                    do! run.Closed.ConfigureAwait false
                    (run :> IDisposable).Dispose()
                }
            )

    override _.Finalize() =
        Task.Run(fun () -> run.Stop()) |> ignore

    interface IAsyncDisposable with
        member this.DisposeAsync() = this.DisposeAsync()
