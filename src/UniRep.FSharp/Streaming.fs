namespace UniRep

open System
open System.Collections.Generic
open System.Threading
open System.Threading.Channels
open System.Threading.Tasks
open UniRep.Compute

/// Copies what is wanted out of one result; its spans end with the call.
type internal Take<'result> = delegate of output: inref<SequenceOutput> -> 'result

/// Gives sequences to a backend one after another.
type internal TokenSource(sequences: IEnumerator<Sequence>) =
    interface ISequenceSource with
        member _.TryRead tokens =
            if sequences.MoveNext() then
                tokens <- sequences.Current.Tokens
                true
            else
                false

/// Hands each result on as soon as it is there.
type internal CallingSink<'result>(take: Take<'result>, use': 'result -> unit) =
    interface ISequenceSink with
        member _.Write(output: inref<SequenceOutput>) = use' (take.Invoke &output)

/// Runs a backend over many sequences, at once or in the background while results are being read.
[<RequireQualifiedAccess>]
module internal Streaming =
    let private job source sink outputs cancellation =
        {
            Source = source
            Sink = sink
            Outputs = outputs
            Progress = None
            Cancellation = cancellation
        }

    /// Runs one sequence and gives its result.
    let one (backend: Backend) outputs (take: Take<'result>) (sequence: Sequence) : 'result =
        let results = List<'result>(1)
        use sequences = (Seq.singleton sequence).GetEnumerator()

        job (TokenSource sequences) (CallingSink(take, results.Add)) outputs CancellationToken.None
        |> backend.Run

        results[0]

    /// Starts a run in the background; the channel holds a bounded number of results that wait to be read.
    let private start (backend: Backend) outputs take (sequences: Sequence seq) cancellation =
        let channel =
            Channel.CreateBounded<'result>(
                BoundedChannelOptions(64, SingleReader = true, SingleWriter = true)
            )

        let write result =
            let writing = channel.Writer.WriteAsync(result, cancellation)

            if not writing.IsCompletedSuccessfully then
                writing.AsTask().GetAwaiter().GetResult()

        let run () =
            try
                use sequences = sequences.GetEnumerator()

                job (TokenSource sequences) (CallingSink(take, write)) outputs cancellation
                |> backend.Run

                channel.Writer.Complete()
            with error ->
                channel.Writer.Complete error

        let running = Task.Factory.StartNew(run, TaskCreationOptions.LongRunning)
        struct (channel.Reader, running)

    /// Gives results in the order of the sequences, a bounded number ahead of the reader.
    let many backend outputs (take: Take<'result>) (sequences: Sequence seq) : 'result seq =
        seq {
            use stopping = new CancellationTokenSource()
            let struct (reader, running) = start backend outputs take sequences stopping.Token

            try
                while reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult() do
                    match reader.TryRead() with
                    | true, result -> yield result
                    | _ -> ()
            finally
                stopping.Cancel()
                running.Wait()
        }

    /// The same for `await foreach`; leaving the loop stops the run.
    let manyAsync backend outputs (take: Take<'result>) (sequences: Sequence seq) cancellation =
        { new IAsyncEnumerable<'result> with
            member _.GetAsyncEnumerator enumeration =
                let stopping =
                    CancellationTokenSource.CreateLinkedTokenSource(cancellation, enumeration)

                let struct (reader, running) = start backend outputs take sequences stopping.Token
                let results = reader.ReadAllAsync(stopping.Token).GetAsyncEnumerator()

                { new IAsyncEnumerator<'result> with
                    member _.Current = results.Current
                    member _.MoveNextAsync() = results.MoveNextAsync()
                  interface IAsyncDisposable with
                      member _.DisposeAsync() =
                          task {
                              stopping.Cancel()
                              do! results.DisposeAsync()
                              do! running
                              stopping.Dispose()
                          }
                          |> ValueTask
                }
        }
