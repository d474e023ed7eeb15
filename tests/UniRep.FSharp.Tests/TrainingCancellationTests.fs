module UniRep.Tests.TrainingCancellationTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

/// The engine's trainer, which calls a function before each evaluation and does not look at the token itself.
let private evaluating before (inner: ITrainer) =
    { new ITrainer with
        member _.Shape = inner.Shape
        member _.Steps = inner.Steps

        member _.Gradient(sequences, mean, window, cancellation) =
            inner.Gradient(sequences, mean, window, cancellation)

        member _.Evaluate(sequences, mean, _) =
            before ()
            inner.Evaluate(sequences, mean, CancellationToken.None)

        member _.Update step = inner.Update step
        member _.Parameters() = inner.Parameters()
        member _.Average() = inner.Average()
        member _.Save() = inner.Save()
        member _.Dispose() = inner.Dispose()
    }

/// A backend that cancels at the evaluation with this number, from 1; and how many there were.
let private cancelling (stopping: CancellationTokenSource) number =
    let mutable count = 0

    let before () =
        count <- count + 1

        if count = number then
            stopping.Cancel()

    { Cpu.automatic with
        Train =
            Some(fun options state ->
                Cpu.automatic.Train.Value options state |> Result.map (evaluating before))
    },
    fun () -> count

let private resume folder =
    EvoTuning.resume Cpu.automatic id false folder 1e9 drawing CancellationToken.None
    |> done'

let private weights = RandomWeights.create 1UL (MlstmShape(16, 1, 10))

let private sequences = family 40 30 1UL |> List.map Golden.parse

[<Tests>]
let tests =
    testList
        "TrainingCancellationTests"
        [
            testTheory
                "a training cancelled in an evaluation stops after one batch of it and resumes to the same bits"
                [ 1; 2; 3 ]
            <| fun number ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"
                // Eight validation sequences in batches of no more than two.
                let request = request folder { quick with BatchTokens = 60 }
                run request whole |> ignore
                use stopping = new CancellationTokenSource()
                let backend, count = cancelling stopping number

                let tuned =
                    EvoTuning.run backend request parted 1e9 EvoTuning.silent stopping.Token
                    |> done'

                Assert.equal StopReason.Interrupted tuned.StopReason
                Assert.isEmpty tuned.Epochs
                Assert.equal number (count ())
                Assert.equal StopReason.Finished ((resume parted).StopReason)
                Assert.equal (model whole) (model parted)
                Assert.equal (rows whole) (rows parted)

            testCase "a training cancelled while sequences are read makes no folder"
            <| fun () ->
                use folder = new TestFolder()
                let request = request folder quick
                use stopping = new CancellationTokenSource()
                stopping.Cancel()
                let out = folder.Path "out"

                Assert.throws<OperationCanceledException>(fun () ->
                    EvoTuning.run Cpu.automatic request out 1e9 EvoTuning.silent stopping.Token
                    |> ignore)
                |> ignore

                Assert.isFalse (Directory.Exists out)

            testCase
                "a resumed training cancelled while sequences are read leaves the folder as it was"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder { quick with Epochs = 1 }) out |> ignore

                let contents () =
                    Directory.GetFiles out
                    |> Array.sort
                    |> Array.map (fun path -> path, File.ReadAllBytes path)

                let before = contents ()
                use stopping = new CancellationTokenSource()
                stopping.Cancel()

                Assert.throws<OperationCanceledException>(fun () ->
                    EvoTuning.resume Cpu.automatic id false out 1e9 EvoTuning.silent stopping.Token
                    |> ignore)
                |> ignore

                Assert.equal before (contents ())

            testCase "a search cancelled in a trial resumes to the same bits"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"

                let request =
                    { request folder quick with
                        Search = Some { Trials = 2; Folds = 0 }
                    }

                run request whole |> ignore
                use stopping = new CancellationTokenSource()
                let observer = after 7 stopping.Cancel

                let tuned =
                    EvoTuning.run Cpu.automatic request parted 1e9 observer stopping.Token |> done'

                Assert.equal StopReason.Interrupted tuned.StopReason
                Assert.isFalse (File.Exists(Path.Combine(parted, "model.safetensors")))
                resume parted |> ignore
                Assert.equal (model whole) (model parted)

            testCase "a training in memory that is cancelled gives the best model so far"
            <| fun () ->
                use stopping = new CancellationTokenSource()
                let mutable epochs = 0

                let observer =
                    { EvoTuning.silent with
                        OnEpoch =
                            fun report ->
                                epochs <- report.Epoch

                                if report.Epoch = 2 then
                                    stopping.Cancel()
                    }

                let tuned =
                    EvoTuning.tune
                        Cpu.automatic
                        { quick with Epochs = 1000 }
                        observer
                        stopping.Token
                        weights
                        sequences
                    |> done'

                Assert.equal StopReason.Interrupted tuned.StopReason
                Assert.equal 2 epochs
                Assert.equal 2 tuned.BestEpoch

                Assert.notEqual
                    (WeightFile.fingerprint weights)
                    (WeightFile.fingerprint tuned.Weights)

            testCase "a training in memory that is cancelled while sequences are read raises"
            <| fun () ->
                use stopping = new CancellationTokenSource()

                let endless =
                    Seq.initInfinite (fun index ->
                        if index = 5 then
                            stopping.Cancel()

                        sequences.Head)

                Assert.throws<OperationCanceledException>(fun () ->
                    EvoTuning.tune
                        Cpu.automatic
                        quick
                        EvoTuning.silent
                        stopping.Token
                        weights
                        endless
                    |> ignore)
                |> ignore

            testCase
                "a training without a validation set that is cancelled in its last comparison is compared when resumed"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"

                let options =
                    { quick with
                        Epochs = 1
                        ValidationFraction = 0.0
                    }

                use stopping = new CancellationTokenSource()
                // One evaluation each after epochs 0 and 1; the third compares the models.
                let backend, count = cancelling stopping 3

                let tuned =
                    EvoTuning.run
                        backend
                        (request folder options)
                        out
                        1e9
                        EvoTuning.silent
                        stopping.Token
                    |> done'

                Assert.equal 3 (count ())
                Assert.equal StopReason.Interrupted tuned.StopReason
                let resumed = resume out
                Assert.equal StopReason.Finished resumed.StopReason
                Assert.isTrue resumed.IsImproved
        ]
