namespace UniRep

open System
open System.Collections.Concurrent
open System.Collections.Generic
open System.Threading
open UniRep.Compute

/// Gives the sequences of items to a run, and gives each item back when its result comes: results come in the order of
/// the items. An exception of the items ends them; it is raised after every result before it has been delivered.
[<Sealed>]
type internal ItemSource<'item>
    (
        tryNext: unit -> 'item voption,
        sequenceOf: int -> 'item -> Sequence,
        close: unit -> unit,
        isAtHand: bool,
        readsBackward: bool
    ) =
    let gate = obj ()
    let underWay = ConcurrentQueue<struct ('item * Sequence)>()
    let mutable index = 0
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

    let read () =
        match tryNext () with
        | ValueNone -> ValueNone
        | ValueSome item ->
            let sequence = sequenceOf index item

            if isNull (box sequence) then
                Throw.nullSequence "sequences" index

            index <- index + 1
            underWay.Enqueue(struct (item, sequence))
            ValueSome sequence

    /// What went wrong with the items, if anything did.
    member _.Failure = failure

    /// Whether reading an item never waits, because all are in memory.
    member _.IsAtHand = isAtHand

    /// Gives the item whose result comes next, and its sequence.
    member _.Next() =
        match underWay.TryDequeue() with
        | true, next -> next
        | false, _ -> invalidOp "A backend delivered more results than it read sequences."

    /// Disposes of the items: at once, or when a read that waits for an item returns.
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
                    tokens <-
                        if readsBackward then
                            ReadingDirection.reverse sequence.Tokens
                        else
                            sequence.Tokens

                    true
                | ValueNone -> false

        member _.IsAtHand = isAtHand

        member _.FirstToken = if readsBackward then MlstmShape.Stop else MlstmShape.Start

[<RequireQualifiedAccess>]
module internal ItemSource =
    /// Whether items are in memory, so that reading them never waits.
    let isAtHand (items: 'item seq) = items :? IReadOnlyList<'item>

    /// Reads items, the first one only when a sequence is asked for; their sequences forward or backward.
    let ofSeqIn readsBackward (sequenceOf: int -> 'item -> Sequence) (items: 'item seq) =
        let enumerator = lazy (items.GetEnumerator())

        let tryNext () =
            if enumerator.Value.MoveNext() then
                ValueSome enumerator.Value.Current
            else
                ValueNone

        let close () =
            if enumerator.IsValueCreated then
                enumerator.Value.Dispose()

        ItemSource(tryNext, sequenceOf, close, isAtHand items, readsBackward)

    /// Reads items, the first one only when a sequence is asked for.
    let ofSeq sequenceOf items = ofSeqIn false sequenceOf items

    /// Reads items that come asynchronously; the token ends the wait for them.
    let ofAsyncSeq
        (sequenceOf: int -> 'item -> Sequence)
        (items: IAsyncEnumerable<'item>)
        (stopping: CancellationToken)
        =
        let enumerator = lazy (items.GetAsyncEnumerator stopping)

        let tryNext () =
            if enumerator.Value.MoveNextAsync().AsTask().GetAwaiter().GetResult() then
                ValueSome enumerator.Value.Current
            else
                ValueNone

        let close () =
            if enumerator.IsValueCreated then
                enumerator.Value.DisposeAsync().AsTask().GetAwaiter().GetResult()

        ItemSource(tryNext, sequenceOf, close, false, false)

/// Takes the result of one item; the spans of the output end with the call.
type internal Deliver<'item> =
    delegate of item: 'item * sequence: Sequence * output: inref<SequenceOutput> -> unit

/// Passes on each result with its item, and says when no more are wanted for now.
[<Sealed>]
type internal ItemSink<'item>
    (source: ItemSource<'item>, deliver: Deliver<'item>, isFull: unit -> bool) =
    interface ISequenceSink with
        member _.Write(output: inref<SequenceOutput>) =
            let struct (item, sequence) = source.Next()
            deliver.Invoke(item, sequence, &output)

        member _.IsFull = isFull ()
