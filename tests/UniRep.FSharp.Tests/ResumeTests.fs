module UniRep.Tests.ResumeTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Xunit

[<Theory>]
[<InlineData(1)>]
[<InlineData(4)>]
[<InlineData(7)>]
[<InlineData(13)>]
let ``a training that is interrupted resumes to the same bits`` batches =
    use folder = new TestFolder()
    let whole, parted = folder.Path "whole", folder.Path "parted"
    let request = request folder { quick with Average = Some 0.9 }
    run request whole |> ignore
    use stopping = new CancellationTokenSource()
    let observer = after batches stopping.Cancel

    let first =
        EvoTuning.run Cpu.automatic request parted 1e9 observer stopping.Token |> done'

    Assert.Equal(StopReason.Interrupted, first.StopReason)

    let second =
        EvoTuning.resume Cpu.automatic id false parted 1e9 EvoTuning.silent CancellationToken.None
        |> done'

    Assert.Equal(StopReason.Finished, second.StopReason)
    Assert.Equal<byte[]>(model whole, model parted)
    Assert.Equal<string[]>(rows whole, rows parted)

[<Fact>]
let ``what came after the last checkpoint is done again, to the same bits`` () =
    use folder = new TestFolder()
    let whole, parted = folder.Path "whole", folder.Path "parted"
    let request = request folder quick
    run request whole |> ignore
    /// As if the process had been killed.
    let observer = after 9 (fun () -> raise (TimeoutException()))

    Assert.Throws<TimeoutException>(fun () ->
        EvoTuning.run Cpu.automatic request parted 1e9 observer CancellationToken.None
        |> ignore)
    |> ignore

    EvoTuning.resume Cpu.automatic id false parted 1e9 EvoTuning.silent CancellationToken.None
    |> done'
    |> ignore

    Assert.Equal<byte[]>(model whole, model parted)
    Assert.Equal<string[]>(rows whole, rows parted)

[<Fact>]
let ``a folder that holds a training is not trained in anew`` () =
    use folder = new TestFolder()
    let request = request folder { quick with Epochs = 1 }
    run request (folder.Path "out") |> ignore

    match errorOf request (folder.Path "out") with
    | TrainingError.AlreadyTraining _ -> ()
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a training does not resume with other sequences`` () =
    use folder = new TestFolder()
    let request = request folder { quick with Epochs = 1 }
    run request (folder.Path "out") |> ignore
    write folder "family.fasta" (family 40 30 2UL) |> ignore

    match
        EvoTuning.resume
            Cpu.automatic
            id
            false
            (folder.Path "out")
            1e9
            EvoTuning.silent
            CancellationToken.None
    with
    | Error(TrainingError.Changed what) -> Assert.Equal("the training set", what)
    | other -> Assert.Fail $"{other}"

let private more epochs (options: TrainingOptions) = { options with Epochs = epochs }

let private resumeWith adjust folder observer =
    EvoTuning.resume Cpu.automatic adjust false folder 1e9 observer CancellationToken.None

/// A training resumed with more epochs, one that had this number from the start, and the warnings.
let private longer (folder: TestFolder) options =
    let whole, parted = folder.Path "whole", folder.Path "parted"
    run (request folder (more 4 options)) whole |> ignore
    run (request folder (more 2 options)) parted |> ignore
    let mutable warnings = []

    let observer =
        { EvoTuning.silent with
            OnPlan = fun plan -> warnings <- plan.Warnings
        }

    let tuned = resumeWith (more 4) parted observer |> done'
    Assert.Equal(StopReason.Finished, tuned.StopReason)
    Assert.Equal(4, (List.last tuned.Epochs).Epoch)
    whole, parted, warnings

[<Fact>]
let ``with a constant learning rate more epochs give the bits of a run that was asked for them from the beginning``
    ()
    =
    use folder = new TestFolder()

    let whole, parted, warnings =
        longer
            folder
            { quick with
                Schedule = Schedule.Constant
            }

    Assert.Empty warnings
    Assert.Equal<byte[]>(model whole, model parted)
    Assert.Equal<string[]>(rows whole, rows parted)

[<Fact>]
let ``with a falling learning rate more epochs differ, and that is told`` () =
    use folder = new TestFolder()
    let whole, parted, warnings = longer folder quick
    Assert.Contains("the model will differ", Assert.Single warnings)
    Assert.NotEqual<byte[]>(model whole, model parted)

    /// From the third epoch on the learning rates are those of the longer run.
    let ratesFrom epoch folder =
        rows folder
        |> Array.map (fun row -> row.Split ',')
        |> Array.filter (fun row -> row[0] = "batch" && int row[1] >= epoch)
        |> Array.map (fun row -> row[9])

    Assert.NotEmpty(ratesFrom 3 whole)
    Assert.Equal<string[]>(ratesFrom 3 whole, ratesFrom 3 parted)
    Assert.NotEqual<string[]>(ratesFrom 1 whole, ratesFrom 1 parted)

[<Fact>]
let ``more epochs are remembered when the training is interrupted again`` () =
    use folder = new TestFolder()

    let whole, parted, _ =
        longer
            folder
            { quick with
                Schedule = Schedule.Constant
            }

    use stopping = new CancellationTokenSource()
    let observer = after 2 stopping.Cancel

    let stopped =
        EvoTuning.resume Cpu.automatic (more 6) false parted 1e9 observer stopping.Token
        |> done'

    Assert.Equal(StopReason.Interrupted, stopped.StopReason)
    let tuned = resumeWith id parted EvoTuning.silent |> done'
    Assert.Equal(6, (List.last tuned.Epochs).Epoch)
    resumeWith (more 6) whole EvoTuning.silent |> done' |> ignore
    Assert.Equal<byte[]>(model whole, model parted)

[<Fact>]
let ``what resuming cannot change is refused by name`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"
    run (request folder quick) out |> ignore
    let before = File.ReadAllText(Path.Combine(out, "training.json"))

    let refused adjust =
        match resumeWith adjust out EvoTuning.silent with
        | Error(TrainingError.FixedOption(option, _)) -> option
        | other -> invalidOp $"{other}"

    Assert.Equal("epochs", refused (more 2))
    Assert.Equal("seed", refused (fun options -> { options with Seed = 1UL }))
    Assert.Equal("learning rate", refused (fun options -> { options with LearningRate = Some 0.1 }))
    Assert.Equal(before, File.ReadAllText(Path.Combine(out, "training.json")))

[<Fact>]
let ``more epochs than a search chose are refused`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"

    run
        { request folder quick with
            Search = Some { Trials = 1; Folds = 0 }
        }
        out
    |> ignore

    match resumeWith (more 9) out EvoTuning.silent with
    | Error(TrainingError.FixedOption("epochs", reason)) -> Assert.Contains("search", reason)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``more epochs after training has stopped early are refused`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"

    let tuned =
        run
            (request
                folder
                { quick with
                    Epochs = 50
                    LearningRate = Some 0.3
                    Patience = 1
                })
            out

    Assert.Equal(StopReason.EarlyStopping, tuned.StopReason)

    match resumeWith (more 60) out EvoTuning.silent with
    | Error(TrainingError.FixedOption("epochs", reason)) -> Assert.Contains("stopped early", reason)
    | other -> Assert.Fail $"{other}"
