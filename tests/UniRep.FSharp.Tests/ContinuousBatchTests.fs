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
        ]
