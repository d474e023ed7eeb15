namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Channels
open System.Threading.Tasks
open UniRep.Compute

/// Copies what is wanted out of one result; its spans end with the call.
type internal Take<'result> = delegate of output: inref<SequenceOutput> -> 'result

/// Hands each result on as soon as it is there, and tells when no more are wanted for now.
type internal CallingSink<'result>(take: Take<'result>, use': 'result -> unit, isFull: unit -> bool)
    =
    interface ISequenceSink with
        member _.Write(output: inref<SequenceOutput>) = use' (take.Invoke &output)
        member _.IsFull = isFull ()

/// A run in the background and the results of it that wait for their reader. While many wait the run pauses, and takes no
/// thread.
[<Sealed>]
type internal BackgroundRun<'result>
    (
        backend: Backend,
        outputs,
        take: Take<'result>,
        sourceOf: CancellationToken -> TokenSource,
        cancellations: CancellationToken array
    ) =
    /// So many results may wait.
    let most = 64

    /// With so few left the run goes on.
    let few = 32
    let stopping = CancellationTokenSource.CreateLinkedTokenSource cancellations
    let source = sourceOf stopping.Token
    let results = Channel.CreateUnbounded<'result>()
    let closed = TaskCompletionSource()
    let mutable run: Run voption = ValueNone
    /// 1 while a thread computes, and once the run has ended.
    let mutable isTaken = 0

    let tryTake () =
        Interlocked.CompareExchange(&isTaken, 1, 0) = 0

    let write result =
        results.Writer.TryWrite result |> ignore

    let start () =
        backend.Begin
            {
                Source = source
                Sink = CallingSink(take, write, (fun () -> results.Reader.Count >= most))
                Outputs = outputs
                Progress = None
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
        let mutable goesOn = true

        while goesOn do
            goesOn <-
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

    /// Lets the run go on if few results are left.
    member _.GoOn() =
        if results.Reader.Count <= few && tryTake () then
            Task.Factory.StartNew(compute, TaskCreationOptions.LongRunning) |> ignore

    /// Waits for a result, or the end; raises what ended the run early.
    member _.WaitAsync() =
        results.Reader.WaitToReadAsync stopping.Token

    /// Gives a result that waits; raises if the reader has cancelled.
    member _.TryRead(result: byref<'result>) =
        for cancellation in cancellations do
            cancellation.ThrowIfCancellationRequested()

        results.Reader.TryRead &result

    interface IDisposable with
        member _.Dispose() = stopping.Dispose()

/// The reader's end of a run: reads it, and stops it when it is done with, or left behind and collected.
[<Sealed>]
type internal ResultReader<'result>(run: BackgroundRun<'result>) =
    let mutable current = Unchecked.defaultof<'result>
    let mutable isDisposed = false

    member _.Current = current

    /// Gives the next result, once it is there, to Current.
    member _.MoveNextAsync() : ValueTask<bool> =
        let rec next () =
            if isDisposed then
                ValueTask<bool> false
            elif run.TryRead &current then
                run.GoOn()
                ValueTask<bool> true
            else
                run.GoOn()
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

/// Runs a backend over many sequences, at once or in the background while results are being read.
[<RequireQualifiedAccess>]
module internal Streaming =
    /// Runs one sequence and gives its result.
    let one
        (backend: Backend)
        outputs
        (take: Take<'result>)
        cancellation
        (sequence: Sequence)
        : 'result =
        let results = List<'result>(1)
        let source = TokenSource.ofSeq (fun _ sequence -> sequence) [| sequence |]

        backend.Run
            {
                Source = source
                Sink = CallingSink(take, results.Add, (fun () -> false))
                Outputs = outputs
                Progress = None
                Cancellation = cancellation
            }

        match source.Failure with
        | null -> ()
        | error -> raise error

        results[0]

    /// Gives results in the order of the sequences, each as soon as it is there, a bounded number ahead of the reader.
    let many backend outputs (take: Take<'result>) (source: unit -> TokenSource) : 'result seq =
        seq {
            let reader =
                ResultReader(
                    new BackgroundRun<'result>(
                        backend,
                        outputs,
                        take,
                        (fun _ -> source ()),
                        [| CancellationToken.None |]
                    )
                )

            try
                while reader.MoveNextAsync().AsTask().GetAwaiter().GetResult() do
                    yield reader.Current
            finally
                reader.DisposeAsync().AsTask().GetAwaiter().GetResult()
        }

    /// The same for `await foreach`; leaving the loop stops the run.
    let manyAsync
        backend
        outputs
        (job: unit -> struct ((CancellationToken -> TokenSource) * Take<'result>))
        (cancellation: CancellationToken)
        =
        { new IAsyncEnumerable<'result> with
            member _.GetAsyncEnumerator enumeration =
                let struct (sourceOf, take) = job ()

                let reader =
                    ResultReader(
                        new BackgroundRun<'result>(
                            backend,
                            outputs,
                            take,
                            sourceOf,
                            [| cancellation; enumeration |]
                        )
                    )

                { new IAsyncEnumerator<'result> with
                    member _.Current = reader.Current
                    member _.MoveNextAsync() = reader.MoveNextAsync()
                  interface IAsyncDisposable with
                      member _.DisposeAsync() = reader.DisposeAsync()
                }
        }
