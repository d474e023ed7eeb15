module UniRep.Tests.ContinuousBatchTests

open System
open System.Threading
open System.Threading.Tasks
open Expecto
open UniRep
open UniRep.Compute

let private patience = TimeSpan.FromMinutes 2.0

let private sequence (length: int) =
    Sequence.parse (String('M', 1) + String('A', length - 1)) |> Result.orRaise

/// Waits for a task, but not for ever.
let private wait (work: Task<'result>) = work.WaitAsync(patience).Result

let private join (batch: ContinuousBatch) output sequence =
    batch.TryJoin(output, sequence, "client", CancellationToken.None)
    |> Result.orRaise

let private withBatch model options (action: ContinuousBatch -> unit) =
    let batch = ContinuousBatch.Start(model, options)

    try
        action batch
    finally
        batch.DisposeAsync().AsTask().Wait patience |> ignore

[<Tests>]
let tests =
    testList
        "ContinuousBatch"
        [
            testCase "a sequence has the vectors that Model.represent gives" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    for length in 1..40 do
                        let sequence = sequence length

                        Expect.equal
                            (wait (join batch Output.rep sequence))
                            (Model.represent model sequence)
                            "same bits"))

            testCase "a backend without lanes computes what waits in batches" (fun () ->
                use model = FakeBackend.model FakeBackend.backend

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    let sequences = Array.init 100 (fun index -> sequence (index + 1))

                    let tasks =
                        batch.TryJoinMany(Output.rep, sequences, "client", CancellationToken.None)
                        |> Result.orRaise

                    Expect.equal
                        (wait (Task.WhenAll tasks))
                        (sequences |> Array.map FakeBackend.rep)
                        "each its own vectors"))

            testCase "a drained batch takes no more sequences" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    let task = join batch Output.rep (sequence 50)
                    batch.DrainAsync().Wait patience |> ignore
                    Expect.isTrue task.IsCompleted "the task has ended"

                    Expect.equal
                        (batch.TryJoin(Output.rep, sequence 5, "client", CancellationToken.None)
                         |> Result.map ignore)
                        (Error JoinError.Closed)
                        "closed"))

            testCase "log-likelihoods and vectors are asked for side by side" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    let sequence = sequence 30
                    let rep = join batch Output.rep sequence
                    let terms = join batch Output.logLikelihoods sequence
                    Expect.equal (wait rep) (Model.represent model sequence) "vectors"
                    Expect.equal (wait terms) (Model.logLikelihoods model sequence) "terms"))

            testCase "an exception of Take ends the task of its sequence alone" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    let failing =
                        Output.rep |> Output.map (fun _ -> raise (FormatException "bad"))

                    let failed: Task<Rep> = join batch failing (sequence 9)

                    Expect.throwsT<FormatException>
                        (fun () -> failed.WaitAsync(patience).GetAwaiter().GetResult() |> ignore)
                        "the exception of Take"

                    Expect.equal
                        (wait (join batch Output.rep (sequence 9)))
                        (Model.represent model (sequence 9))
                        "the next one is computed"))

            testCase "a token cancels the task of its sequence alone" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    use cancellation = new CancellationTokenSource()
                    cancellation.Cancel()

                    let cancelled =
                        batch.TryJoin(Output.rep, sequence 9, "client", cancellation.Token)
                        |> Result.orRaise

                    Expect.throwsT<TaskCanceledException>
                        (fun () ->
                            cancelled.WaitAsync(patience).GetAwaiter().GetResult() |> ignore)
                        "cancelled"

                    wait (join batch Output.rep (sequence 9)) |> ignore
                    batch.DrainAsync().Wait patience |> ignore
                    Expect.equal batch.Statistics.Unfinished 0L "nothing is left"))

            testCase "a request is refused as a whole once too many residues wait" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                let options =
                    { ContinuousBatchOptions.defaults with
                        MaximalWaitingResidues = 100L
                        MaximalLanes = 1
                    }

                withBatch model options (fun batch ->
                    // More than may wait joins only while nothing waits; the second then waits behind the first.
                    let first =
                        batch.TryJoinMany(
                            Output.rep,
                            Array.replicate 2 (sequence 1_000_000),
                            "client",
                            CancellationToken.None
                        )

                    Expect.isOk first "the first request joins"

                    match
                        batch.TryJoinMany(
                            Output.rep,
                            [| sequence 1; sequence 2 |],
                            "other",
                            CancellationToken.None
                        )
                    with
                    | Error(JoinError.QueueFull(residues, seconds)) ->
                        Expect.isGreaterThanOrEqual residues 1_000_000L "what waits"
                        Expect.isGreaterThan seconds 0.0 "an estimate"
                    | other -> failtest $"{other |> Result.map ignore}"))

            testCase "an output that reads backward is refused" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    Expect.throwsT<ArgumentException>
                        (fun () ->
                            join batch Output.logLikelihoodsBackward (sequence 3) |> ignore)
                        "it would be read forward"))

            testCase "a null sequence is refused by its index" (fun () ->
                use model = TestModels.ofWeights (Waves.weights 12 1)

                withBatch model ContinuousBatchOptions.defaults (fun batch ->
                    Expect.throwsT<ArgumentNullException>
                        (fun () ->
                            batch.TryJoinMany(
                                Output.rep,
                                [| sequence 1; Unchecked.defaultof<Sequence> |],
                                "client",
                                CancellationToken.None
                            )
                            |> ignore)
                        "null"))

            testCase "the messages say what to do" (fun () ->
                Expect.equal
                    (JoinError.QueueFull(1_048_576L, 2.2).Message)
                    "1,048,576 residues wait already: try again in about 3 seconds"
                    "full"

                Expect.equal
                    JoinError.Closed.Message
                    "no more sequences are taken: the program is about to end"
                    "closed")
        ]
