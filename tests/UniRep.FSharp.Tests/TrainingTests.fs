module UniRep.Tests.TrainingTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "TrainingTests"
        [
            testCase "training lowers the validation loss and keeps the best model"
            <| fun () ->
                use folder = new TestFolder()
                let tuned = run (request folder quick) (folder.Path "out")
                let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
                Assert.equal 4 losses.Length
                Expect.isTrue (List.last losses < losses.Head - 0.05) $"{losses}"
                let best = tuned.Epochs |> List.findBack _.IsBest
                Assert.equal (List.min losses) best.ValidationLoss.Value
                Assert.equal StopReason.Finished tuned.StopReason

                let names =
                    Directory.GetFiles(folder.Path "out")
                    |> Array.map (Path.GetFileName >> string)
                    |> Array.sort

                Assert.equal
                    [|
                        ".lock"
                        "checkpoint.previous.safetensors"
                        "checkpoint.safetensors"
                        "loss.svg"
                        "metrics.csv"
                        "metrics.jsonl"
                        "model.safetensors"
                        "training.json"
                    |]
                    names

            testCase "the loss that is reported is that of the model that is kept"
            <| fun () ->
                use folder = new TestFolder()
                let request = request folder { quick with ValidationFraction = 0.0 }
                let validation = write folder "validation.fasta" (family 5 30 9UL)

                let tuned =
                    run
                        { request with
                            Validation = [ validation ]
                        }
                        (folder.Path "out")

                use model = TestModels.ofWeights tuned.Weights

                let nats, tokens =
                    family 5 30 9UL
                    |> List.map Golden.parse
                    |> List.map (fun sequence ->
                        -(Model.logLikelihood true model sequence), float (sequence.Length + 1))
                    |> List.unzip

                let best = tuned.Epochs |> List.findBack _.IsBest

                Tolerance.assertNear
                    1e-5
                    (List.sum nats / List.sum tokens)
                    best.ValidationLoss.Value

            testCase "threads and memory change no bit"
            <| fun () ->
                use folder = new TestFolder()

                let models =
                    [
                        for threads, bytes in [ 1, 1L <<< 30; 2, 1L <<< 30; 3, 0L ] do
                            let out = folder.Path $"out{threads}"

                            run
                                (request
                                    folder
                                    { quick with
                                        Threads = threads
                                        StateBytes = bytes
                                    })
                                out
                            |> ignore

                            model out, rows out
                    ]

                for other in models.Tail do
                    Assert.equal models.Head other

            testCase "training stops early when the validation loss does not improve"
            <| fun () ->
                use folder = new TestFolder()

                let options =
                    { quick with
                        Epochs = 50
                        LearningRate = Some 0.3
                        Patience = 2
                    }

                let tuned = run (request folder options) (folder.Path "out")
                let best = tuned.Epochs |> List.findBack _.IsBest
                Assert.equal StopReason.EarlyStopping tuned.StopReason
                Assert.equal (best.Epoch + 2) ((List.last tuned.Epochs).Epoch)

            testCase "gradients cut off after some steps still train"
            <| fun () ->
                use folder = new TestFolder()
                let tuned = run (request folder { quick with Window = 7 }) (folder.Path "out")
                let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
                Assert.isTrue (List.last losses < losses.Head - 0.05)

            testCase "a window as long as the sequences cuts nothing off"
            <| fun () ->
                let weights = Waves.weights 33 1

                let batch =
                    family 5 40 3UL
                    |> List.map (fun text -> (Golden.parse text).Tokens)
                    |> Array.ofList

                let loss window =
                    use trainer = MlstmTrainer.Create(Weights.withHead weights)

                    let loss =
                        trainer.Gradient(batch, LossMean.PerToken, window, CancellationToken.None)

                    loss, trainer.Update(AdamStep(Rate = 1.0))

                Assert.equal (loss 0) (loss 41)
                Tolerance.assertNear 1e-12 (fst (loss 0)).Loss (fst (loss 5)).Loss
                Assert.notEqual (snd (loss 0)) (snd (loss 5))

            testCase "sequences of the validation set are not trained on"
            <| fun () ->
                use folder = new TestFolder()
                let request = request folder quick
                let validation = write folder "validation.fasta" (family 40 30 1UL |> List.take 10)
                let mutable plan = None

                let observer =
                    { EvoTuning.silent with
                        OnPlan = fun given -> plan <- Some given
                    }

                EvoTuning.run
                    Cpu.automatic
                    { request with
                        Validation = [ validation ]
                    }
                    (folder.Path "out")
                    1e9
                    observer
                    CancellationToken.None
                |> done'
                |> ignore

                Assert.equal 30 plan.Value.Sequences
                Assert.equal 10 plan.Value.ValidationSequences

                Assert.has
                    "10 sequences are also in the validation set: they are not trained on"
                    plan.Value.Warnings

            testCase "what cannot be trained on is told"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                let request = request folder quick
                let only name = { request with Sequences = [ name ] }

                match
                    errorOf
                        { request with
                            Validation = request.Sequences
                        }
                        out
                with
                | TrainingError.AllInValidationSet count -> Assert.equal 40 count
                | other -> failtest $"{other}"

                match
                    errorOf
                        { request with
                            Filter = { request.Filter with MaxLength = 3 }
                        }
                        out
                with
                | TrainingError.NothingLeft(_, summary) -> Assert.equal 40L summary.TooLong
                | other -> failtest $"{other}"

                match errorOf (only (folder.WriteText("empty.fasta", ""))) out with
                | TrainingError.InvalidSequences [ InputError.NoRecord _ ] -> ()
                | other -> failtest $"{other}"

                match
                    errorOf
                        { request with
                            Options = { quick with Epochs = 0 }
                        }
                        out
                with
                | TrainingError.InvalidOptions [ TrainingOptionsError.OutOfRange("epochs", _) ] ->
                    ()
                | other -> failtest $"{other}"

                Assert.isFalse (Directory.Exists out)

            testCase "one sequence trains without a validation set"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("one.fasta", ">a\nMKTAYIAKQR\n")

                let tuned =
                    run
                        { request folder quick with
                            Sequences = [ path ]
                        }
                        (folder.Path "out")

                Assert.equal None tuned.Epochs.Head.ValidationLoss
                Assert.isTrue ((List.last tuned.Epochs).IsBest)

            testCase "sequences in memory train without a folder"
            <| fun () ->
                let sequences = family 40 30 1UL |> List.map Golden.parse

                let weights = RandomWeights.create 1UL (MlstmShape(16, 1, 10))

                let tuned =
                    EvoTuning.tune
                        Cpu.automatic
                        quick
                        EvoTuning.silent
                        CancellationToken.None
                        weights
                        sequences
                    |> done'

                let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
                Assert.isTrue (List.last losses < losses.Head - 0.05)

            testTheory
                "the default learning rate falls with the units above 672"
                [ 64, 5e-4; 256, 5e-4; 672, 5e-4; 1920, 1.75e-4 ]
            <| fun (units, rate) ->
                Tolerance.assertNear 1e-12 rate (TrainingOptions.defaultLearningRate units)

            testTheory
                "the learning rate warms up and then follows the schedule"
                [ "constant", 1.0, 1.0, 1.0; "linear", 1.0, 0.5, 0.0; "cosine", 1.0, 0.5, 0.0 ]
            <| fun (name, first, middle, last) ->
                let schedule = Schedule.names |> List.find (fst >> (=) name) |> snd
                let rate = Schedule.rate schedule 4 104 2.0
                Tolerance.assertNear 1e-12 0.5 (rate 0)
                Tolerance.assertNear 1e-12 2.0 (rate 3)
                Tolerance.assertNear 1e-12 (2.0 * first) (rate 4)
                Tolerance.assertNear 1e-12 (2.0 * middle) (rate 54)
                Tolerance.assertNear 1e-12 (2.0 * last) (rate 104)
        ]
