module UniRep.Tests.TrainingCancellationTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Xunit

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

[<Theory>]
[<InlineData(1)>]
[<InlineData(2)>]
[<InlineData(3)>]
let ``a training cancelled in an evaluation stops after one batch of it and resumes to the same bits``
    number
    =
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

    Assert.Equal(StopReason.Interrupted, tuned.StopReason)
    Assert.Empty tuned.Epochs
    Assert.Equal(number, count ())
    Assert.Equal(StopReason.Finished, (resume parted).StopReason)
    Assert.Equal<byte[]>(model whole, model parted)
    Assert.Equal<string[]>(rows whole, rows parted)

[<Fact>]
let ``a training cancelled while sequences are read makes no folder`` () =
    use folder = new TestFolder()
    let request = request folder quick
    use stopping = new CancellationTokenSource()
    stopping.Cancel()
    let out = folder.Path "out"

    Assert.ThrowsAny<OperationCanceledException>(fun () ->
        EvoTuning.run Cpu.automatic request out 1e9 EvoTuning.silent stopping.Token
        |> ignore)
    |> ignore

    Assert.False(Directory.Exists out)

[<Fact>]
let ``a resumed training cancelled while sequences are read leaves the folder as it was`` () =
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

    Assert.ThrowsAny<OperationCanceledException>(fun () ->
        EvoTuning.resume Cpu.automatic id false out 1e9 EvoTuning.silent stopping.Token
        |> ignore)
    |> ignore

    Assert.Equal<(string * byte[])[]>(before, contents ())

[<Fact>]
let ``a search cancelled in a trial resumes to the same bits`` () =
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

    Assert.Equal(StopReason.Interrupted, tuned.StopReason)
    Assert.False(File.Exists(Path.Combine(parted, "model.safetensors")))
    resume parted |> ignore
    Assert.Equal<byte[]>(model whole, model parted)

let private weights = RandomWeights.create 1UL (MlstmShape(16, 1, 10))
let private sequences = family 40 30 1UL |> List.map Golden.parse

[<Fact>]
let ``a training in memory that is cancelled gives the best model so far`` () =
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

    Assert.Equal(StopReason.Interrupted, tuned.StopReason)
    Assert.Equal(2, epochs)
    Assert.Equal(2, tuned.BestEpoch)
    Assert.NotEqual<string>(WeightFile.fingerprint weights, WeightFile.fingerprint tuned.Weights)

[<Fact>]
let ``a training in memory that is cancelled while sequences are read raises`` () =
    use stopping = new CancellationTokenSource()

    let endless =
        Seq.initInfinite (fun index ->
            if index = 5 then
                stopping.Cancel()

            sequences.Head)

    Assert.ThrowsAny<OperationCanceledException>(fun () ->
        EvoTuning.tune Cpu.automatic quick EvoTuning.silent stopping.Token weights endless
        |> ignore)
    |> ignore

[<Fact>]
let ``a training without a validation set that is cancelled in its last comparison is compared when resumed``
    ()
    =
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
        EvoTuning.run backend (request folder options) out 1e9 EvoTuning.silent stopping.Token
        |> done'

    Assert.Equal(3, count ())
    Assert.Equal(StopReason.Interrupted, tuned.StopReason)
    let resumed = resume out
    Assert.Equal(StopReason.Finished, resumed.StopReason)
    Assert.True resumed.IsImproved
