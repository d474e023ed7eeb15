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
open Xunit

[<Fact>]
let ``training lowers the validation loss and keeps the best model`` () =
    use folder = new TestFolder()
    let tuned = run (request folder quick) (folder.Path "out")
    let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
    Assert.Equal(4, losses.Length)
    Assert.True(List.last losses < losses.Head - 0.05, $"{losses}")
    let best = tuned.Epochs |> List.findBack _.IsBest
    Assert.Equal(List.min losses, best.ValidationLoss.Value)
    Assert.Equal(StopReason.Finished, tuned.StopReason)

    let names =
        Directory.GetFiles(folder.Path "out")
        |> Array.map (Path.GetFileName >> string)
        |> Array.sort

    Assert.Equal<string[]>(
        [|
            ".lock"
            "checkpoint.previous.safetensors"
            "checkpoint.safetensors"
            "loss.svg"
            "metrics.csv"
            "metrics.jsonl"
            "model.safetensors"
            "training.json"
        |],
        names
    )

[<Fact>]
let ``the loss that is reported is that of the model that is kept`` () =
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
    Tolerance.assertNear 1e-5 (List.sum nats / List.sum tokens) best.ValidationLoss.Value

[<Fact>]
let ``threads and memory change no bit`` () =
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
        Assert.Equal(models.Head, other)

[<Fact>]
let ``training stops early when the validation loss does not improve`` () =
    use folder = new TestFolder()

    let options =
        { quick with
            Epochs = 50
            LearningRate = Some 0.3
            Patience = 2
        }

    let tuned = run (request folder options) (folder.Path "out")
    let best = tuned.Epochs |> List.findBack _.IsBest
    Assert.Equal(StopReason.EarlyStopping, tuned.StopReason)
    Assert.Equal(best.Epoch + 2, (List.last tuned.Epochs).Epoch)

[<Fact>]
let ``gradients cut off after some steps still train`` () =
    use folder = new TestFolder()
    let tuned = run (request folder { quick with Window = 7 }) (folder.Path "out")
    let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
    Assert.True(List.last losses < losses.Head - 0.05)

[<Fact>]
let ``a window as long as the sequences cuts nothing off`` () =
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

    Assert.Equal(loss 0, loss 41)
    Tolerance.assertNear 1e-12 (fst (loss 0)).Loss (fst (loss 5)).Loss
    Assert.NotEqual(snd (loss 0), snd (loss 5))

[<Fact>]
let ``sequences of the validation set are not trained on`` () =
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

    Assert.Equal(30, plan.Value.Sequences)
    Assert.Equal(10, plan.Value.ValidationSequences)

    Assert.Contains(
        "10 sequences are also in the validation set: they are not trained on",
        plan.Value.Warnings
    )

[<Fact>]
let ``what cannot be trained on is told`` () =
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
    | TrainingError.AllInValidationSet count -> Assert.Equal(40, count)
    | other -> Assert.Fail $"{other}"

    match
        errorOf
            { request with
                Filter = { request.Filter with MaxLength = 3 }
            }
            out
    with
    | TrainingError.NothingLeft(_, summary) -> Assert.Equal(40L, summary.TooLong)
    | other -> Assert.Fail $"{other}"

    match errorOf (only (folder.WriteText("empty.fasta", ""))) out with
    | TrainingError.InvalidSequences [ InputError.NoRecord _ ] -> ()
    | other -> Assert.Fail $"{other}"

    match
        errorOf
            { request with
                Options = { quick with Epochs = 0 }
            }
            out
    with
    | TrainingError.InvalidOptions [ TrainingOptionsError.OutOfRange("epochs", _) ] -> ()
    | other -> Assert.Fail $"{other}"

    Assert.False(Directory.Exists out)

[<Fact>]
let ``one sequence trains without a validation set`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("one.fasta", ">a\nMKTAYIAKQR\n")

    let tuned =
        run
            { request folder quick with
                Sequences = [ path ]
            }
            (folder.Path "out")

    Assert.Equal(None, tuned.Epochs.Head.ValidationLoss)
    Assert.True((List.last tuned.Epochs).IsBest)

[<Fact>]
let ``sequences in memory train without a folder`` () =
    let sequences = family 40 30 1UL |> List.map Golden.parse

    let weights = RandomWeights.create 1UL (MlstmShape(16, 1, 10))

    let tuned =
        EvoTuning.tune Cpu.automatic quick EvoTuning.silent CancellationToken.None weights sequences
        |> done'

    let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
    Assert.True(List.last losses < losses.Head - 0.05)

[<Theory>]
[<InlineData("constant", 1.0, 1.0, 1.0)>]
[<InlineData("linear", 1.0, 0.5, 0.0)>]
[<InlineData("cosine", 1.0, 0.5, 0.0)>]
let ``the learning rate warms up and then follows the schedule`` name first middle last =
    let schedule = Schedule.names |> List.find (fst >> (=) name) |> snd
    let rate = Schedule.rate schedule 4 104 2.0
    Tolerance.assertNear 1e-12 0.5 (rate 0)
    Tolerance.assertNear 1e-12 2.0 (rate 3)
    Tolerance.assertNear 1e-12 (2.0 * first) (rate 4)
    Tolerance.assertNear 1e-12 (2.0 * middle) (rate 54)
    Tolerance.assertNear 1e-12 (2.0 * last) (rate 104)
