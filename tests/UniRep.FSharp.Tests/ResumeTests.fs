module UniRep.Tests.ResumeTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

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
    Assert.equal StopReason.Finished tuned.StopReason
    Assert.equal 4 ((List.last tuned.Epochs).Epoch)
    whole, parted, warnings

[<Tests>]
let tests =
    testList
        "ResumeTests"
        [
            testTheory "a training that is interrupted resumes to the same bits" [ 1; 4; 7; 13 ]
            <| fun batches ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"
                let request = request folder { quick with Average = Some 0.9 }
                run request whole |> ignore
                use stopping = new CancellationTokenSource()
                let observer = after batches stopping.Cancel

                let first =
                    EvoTuning.run Cpu.automatic request parted 1e9 observer stopping.Token |> done'

                Assert.equal StopReason.Interrupted first.StopReason

                let second =
                    EvoTuning.resume
                        Cpu.automatic
                        id
                        false
                        parted
                        1e9
                        EvoTuning.silent
                        CancellationToken.None
                    |> done'

                Assert.equal StopReason.Finished second.StopReason
                Assert.equal (model whole) (model parted)
                Assert.equal (rows whole) (rows parted)

            testCase "what came after the last checkpoint is done again, to the same bits"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted = folder.Path "whole", folder.Path "parted"
                let request = request folder quick
                run request whole |> ignore
                /// As if the process had been killed.
                let observer = after 9 (fun () -> raise (TimeoutException()))

                Assert.throws<TimeoutException>(fun () ->
                    EvoTuning.run Cpu.automatic request parted 1e9 observer CancellationToken.None
                    |> ignore)
                |> ignore

                finish parted

                Assert.equal (model whole) (model parted)
                Assert.equal (rows whole) (rows parted)

            testCase "a folder that holds a training is not trained in anew"
            <| fun () ->
                use folder = new TestFolder()
                let request = request folder { quick with Epochs = 1 }
                run request (folder.Path "out") |> ignore

                match errorOf request (folder.Path "out") with
                | TrainingError.AlreadyTraining _ -> ()
                | other -> failtest $"{other}"

            testCase "a training does not resume with other sequences"
            <| fun () ->
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
                | Error(TrainingError.Changed what) -> Assert.equal "the training set" what
                | other -> failtest $"{other}"

            testCase
                "with a constant learning rate more epochs give the bits of a run that was asked for them from the beginning"
            <| fun () ->
                use folder = new TestFolder()

                let whole, parted, warnings =
                    longer
                        folder
                        { quick with
                            Schedule = Schedule.Constant
                        }

                Assert.isEmpty warnings
                Assert.equal (model whole) (model parted)
                Assert.equal (rows whole) (rows parted)

            testCase "with a falling learning rate more epochs differ, and that is told"
            <| fun () ->
                use folder = new TestFolder()
                let whole, parted, warnings = longer folder quick
                Assert.contains "the model will differ" (Assert.single warnings)
                Assert.notEqual (model whole) (model parted)

                /// From the third epoch on the learning rates are those of the longer run.
                let ratesFrom epoch folder =
                    rows folder
                    |> Array.map (fun row -> row.Split ',')
                    |> Array.filter (fun row -> row[0] = "batch" && int row[1] >= epoch)
                    |> Array.map (fun row -> row[9])

                Assert.isNotEmpty (ratesFrom 3 whole)
                Assert.equal (ratesFrom 3 whole) (ratesFrom 3 parted)
                Assert.notEqual (ratesFrom 1 whole) (ratesFrom 1 parted)

            testCase "more epochs are remembered when the training is interrupted again"
            <| fun () ->
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

                Assert.equal StopReason.Interrupted stopped.StopReason
                let tuned = resumeWith id parted EvoTuning.silent |> done'
                Assert.equal 6 ((List.last tuned.Epochs).Epoch)
                resumeWith (more 6) whole EvoTuning.silent |> done' |> ignore
                Assert.equal (model whole) (model parted)

            testCase "what resuming cannot change is refused by name"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                run (request folder quick) out |> ignore
                let before = File.ReadAllText(Path.Combine(out, "training.json"))

                let refused adjust =
                    match resumeWith adjust out EvoTuning.silent with
                    | Error(TrainingError.FixedOption(option, _)) -> option
                    | other -> invalidOp $"{other}"

                Assert.equal "epochs" (refused (more 2))
                Assert.equal "seed" (refused (fun options -> { options with Seed = 1UL }))

                Assert.equal
                    "learning rate"
                    (refused (fun options -> { options with LearningRate = Some 0.1 }))

                Assert.equal before (File.ReadAllText(Path.Combine(out, "training.json")))

            testCase "more epochs than a search chose are refused"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"

                run
                    { request folder quick with
                        Search = Some { Trials = 1; Folds = 0 }
                    }
                    out
                |> ignore

                match resumeWith (more 9) out EvoTuning.silent with
                | Error(TrainingError.FixedOption("epochs", reason)) ->
                    Assert.contains "search" reason
                | other -> failtest $"{other}"

            testCase "more epochs after training has stopped early are refused"
            <| fun () ->
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

                Assert.equal StopReason.EarlyStopping tuned.StopReason

                match resumeWith (more 60) out EvoTuning.silent with
                | Error(TrainingError.FixedOption("epochs", reason)) ->
                    Assert.contains "stopped early" reason
                | other -> failtest $"{other}"
        ]
