namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open UniRep.Compute

/// Gives sequences to a backend one after another. What goes wrong with them ends them, and is told once every result
/// before it has been handed on.
[<Sealed>]
type internal TokenSource(read: unit -> Sequence voption, close: unit -> unit, isAtHand: bool) =
    let gate = obj ()
    let mutable failure: exn | null = null
    let mutable isReading = false
    let mutable isClosed = false

    let enter () =
        lock gate (fun () ->
            isReading <- not isClosed
            isReading)

    let leave () =
        lock gate (fun () ->
            isReading <- false
            isClosed)

    let tryClose () =
        try
            close ()
        with error ->
            failure <- error

    /// What went wrong with the sequences, if anything did.
    member _.Failure = failure

    /// Gives the enumerator back: at once, or when it returns to a reader that it keeps waiting.
    member _.Close() =
        let isFree =
            lock gate (fun () ->
                let isFree = not isClosed && not isReading
                isClosed <- true
                isFree)

        if isFree then
            tryClose ()

    interface ISequenceSource with
        member _.TryRead tokens =
            if not (enter ()) then
                false
            else
                let next =
                    try
                        read ()
                    with error ->
                        failure <- error
                        ValueNone

                if leave () then
                    tryClose ()

                match next with
                | ValueSome sequence ->
                    tokens <- sequence.Tokens
                    true
                | ValueNone -> false

        member _.IsAtHand = isAtHand

[<RequireQualifiedAccess>]
module internal TokenSource =
    /// Refuses null where a sequence should be.
    let private some index (sequence: Sequence) =
        if isNull (box sequence) then
            Throw.nullSequence "sequences" index

        ValueSome sequence

    /// Whether items are in memory, so that reading them never waits.
    let isAtHand (items: 'item seq) = items :? IReadOnlyList<'item>

    /// Gives sequences made of items; the items are not asked for before the first is read.
    let ofSeq (parse: int -> 'item -> Sequence) (items: 'item seq) =
        let enumerator = lazy (items.GetEnumerator())
        let index = ref 0

        let read () =
            if enumerator.Value.MoveNext() then
                let sequence = parse index.Value enumerator.Value.Current |> some index.Value
                index.Value <- index.Value + 1
                sequence
            else
                ValueNone

        let close () =
            if enumerator.IsValueCreated then
                enumerator.Value.Dispose()

        TokenSource(read, close, isAtHand items)

    /// Gives sequences made of items that come in their own time; the token ends the wait for them.
    let ofAsyncSeq
        (parse: int -> 'item -> Sequence)
        (items: IAsyncEnumerable<'item>)
        (stopping: CancellationToken)
        =
        let enumerator = lazy (items.GetAsyncEnumerator stopping)
        let index = ref 0

        let read () =
            if enumerator.Value.MoveNextAsync().AsTask().GetAwaiter().GetResult() then
                let sequence = parse index.Value enumerator.Value.Current |> some index.Value
                index.Value <- index.Value + 1
                sequence
            else
                ValueNone

        let close () =
            if enumerator.IsValueCreated then
                enumerator.Value.DisposeAsync().AsTask().GetAwaiter().GetResult()

        TokenSource(read, close, false)
