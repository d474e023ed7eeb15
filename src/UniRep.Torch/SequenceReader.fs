namespace UniRep

open System
open System.Collections.Concurrent
open System.Runtime.ExceptionServices
open System.Threading
open System.Threading.Tasks
open UniRep.Compute

/// Reads the sequences of a source some at a time. A source that may keep its reader waiting is read on a thread of its own,
/// so that what it has given is computed meanwhile.
[<Sealed>]
type internal SequenceReader(source: ISequenceSource, cancellation: CancellationToken) =
    /// How long closing waits for a source that is being read.
    let patience = TimeSpan.FromMilliseconds 250.0

    let waiting = new BlockingCollection<ReadOnlyMemory<byte>>(4096)
    let closing = CancellationTokenSource.CreateLinkedTokenSource cancellation
    let mutable failure: ExceptionDispatchInfo option = None
    let mutable reading: Task option = None
    let mutable isDone = false

    let read () =
        try
            try
                let mutable isGoing = true

                while isGoing do
                    match source.TryRead() with
                    | true, tokens -> waiting.Add(tokens, closing.Token)
                    | _ -> isGoing <- false
            with
            | :? OperationCanceledException when closing.IsCancellationRequested -> ()
            | error -> failure <- Some(ExceptionDispatchInfo.Capture error)
        finally
            waiting.CompleteAdding()

    /// Takes the next sequence; waits for it only if `mustWait`.
    let next mustWait =
        if source.IsAtHand then
            match source.TryRead() with
            | true, tokens -> ValueSome tokens
            | _ ->
                isDone <- true
                ValueNone
        else
            if reading.IsNone then
                reading <- Some(Task.Factory.StartNew(read, TaskCreationOptions.LongRunning))

            let patience = if mustWait then Timeout.Infinite else 0
            let mutable tokens = ReadOnlyMemory<byte>.Empty

            if waiting.TryTake(&tokens, patience, cancellation) then
                ValueSome tokens
            else
                isDone <- waiting.IsCompleted
                ValueNone

    /// Whether the source has no more sequences.
    member _.IsDone = isDone

    /// Gives the sequences that are there, at least one unless there are no more. `hasRoom` says after each sequence whether
    /// another one may follow. Raises what the source raised, after the sequences before it.
    member _.Read hasRoom =
        let sequences = ResizeArray<ReadOnlyMemory<byte>>()
        let mutable isGoing = not isDone

        while isGoing do
            match next (sequences.Count = 0) with
            | ValueSome tokens ->
                sequences.Add tokens
                isGoing <- hasRoom tokens
            | ValueNone -> isGoing <- false

        if sequences.Count = 0 then
            failure |> Option.iter _.Throw()

        sequences.ToArray()

    interface IDisposable with
        member _.Dispose() =
            closing.Cancel()

            // A source that waits for ever is left behind with its thread.
            if reading |> Option.forall _.Wait(patience) then
                waiting.Dispose()
                closing.Dispose()
