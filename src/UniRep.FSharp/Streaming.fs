namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open UniRep.Compute

/// Runs a model over many items, and gives each with its result.
[<RequireQualifiedAccess>]
module internal Streaming =
    /// Raises what went wrong with the items, once the results of those before have been handed on.
    let private check (source: ItemSource<'item>) =
        match source.Failure with
        | null -> ()
        | error -> raise error

    /// Computes all sequences of a source on this thread.
    let complete (runner: Runner) source sink outputs cancellation =
        let run = runner.Begin source sink outputs (RunOptions.cancelledBy cancellation)

        try
            if not (run.Advance()) then
                invalidOp "A backend paused although its sink was not full."
        finally
            run.Close()

    /// Computes every result on this thread, and delivers each with its item.
    let each (runner: Runner) outputs options deliver (source: ItemSource<'item>) =
        let mutable run: Run voption = ValueNone

        try
            let begun =
                runner.Begin source (ItemSink(source, deliver, (fun () -> false))) outputs options

            run <- ValueSome begun

            if not (begun.Advance()) then
                invalidOp "A backend paused although its sink was not full."
        finally
            run |> ValueOption.iter _.Close()
            source.Close()

        check source

    /// Computes results on the reader's thread, a few at a time, as they are asked for.
    let private onThisThread
        (runner: Runner)
        (output: Output<'result>)
        options
        (source: ItemSource<'item>)
        =
        seq {
            let results = Queue<struct ('item * 'result)>()
            // The first results come soon; later ones come many at a time, so that threads pause seldom.
            let mutable most = 1

            let deliver =
                Deliver<'item>(fun item sequence (result: inref<SequenceOutput>) ->
                    results.Enqueue(struct (item, output.Take.Invoke(sequence, &result))))

            let sink = ItemSink(source, deliver, (fun () -> results.Count >= most))

            try
                let run = runner.Begin source sink output.Needs options

                try
                    let mutable isDone = false

                    while not isDone || results.Count > 0 do
                        if results.Count > 0 then
                            let struct (item, result) = results.Dequeue()
                            yield item, result
                        else
                            isDone <- run.Advance()
                            most <- min 256 (2 * most)
                finally
                    run.Close()
            finally
                source.Close()

            check source
        }

    /// Computes results on another thread while the reader waits for them or works on them.
    let private inBackground runner output options (sourceOf: unit -> ItemSource<'item>) =
        seq {
            let reader =
                ResultReader(
                    new BackgroundRun<'item, 'result>(
                        runner,
                        output,
                        (fun _ -> sourceOf ()),
                        options.Progress,
                        [| options.Cancellation |]
                    )
                )

            try
                while reader.MoveNextAsync().AsTask().GetAwaiter().GetResult() do
                    let struct (item, result) = reader.Current
                    yield item, result
            finally
                reader.DisposeAsync().AsTask().GetAwaiter().GetResult()
        }

    /// Gives the results of items in their order, each as soon as it is there, a bounded number ahead of the reader.
    /// Items in memory are computed on the reader's thread. Items that may keep their reader waiting are computed in the
    /// background, so that the results of those that came are not held up.
    let many
        runner
        (output: Output<'result>)
        options
        (sequenceOf: int -> 'item -> Sequence)
        (items: 'item seq)
        : ('item * 'result) seq =
        if ItemSource.isAtHand items then
            Seq.delay (fun () ->
                ItemSource.ofSeqIn output.ReadsBackward sequenceOf items
                |> onThisThread runner output options)
        else
            inBackground runner output options (fun () ->
                ItemSource.ofSeqIn output.ReadsBackward sequenceOf items)

    /// The same for `await foreach`; leaving the loop stops the run.
    let manyAsync
        runner
        (output: Output<'result>)
        (sourceOf: CancellationToken -> ItemSource<'item>)
        (cancellation: CancellationToken)
        =
        { new IAsyncEnumerable<'result> with
            member _.GetAsyncEnumerator enumeration =
                let reader =
                    ResultReader(
                        new BackgroundRun<'item, 'result>(
                            runner,
                            output,
                            sourceOf,
                            None,
                            [| cancellation; enumeration |]
                        )
                    )

                { new IAsyncEnumerator<'result> with
                    member _.Current =
                        let struct (_, result) = reader.Current
                        result

                    member _.MoveNextAsync() = reader.MoveNextAsync()
                  interface IAsyncDisposable with
                      member _.DisposeAsync() = reader.DisposeAsync()
                }
        }
