module UniRep.Tests.TrainingDataTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open System.Threading.Tasks
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

/// The plan and the outcome of a training.
let private planned request folder =
    let mutable plan = None

    let observer =
        { EvoTuning.silent with
            OnPlan = fun given -> plan <- Some given
        }

    let tuned =
        EvoTuning.run Cpu.automatic request folder 1e9 observer CancellationToken.None
        |> done'

    plan.Value, tuned

[<Tests>]
let tests =
    testList
        "TrainingDataTests"
        [
            testCase "a pipe is read once, and the training can be resumed when it is gone"
            <| fun () ->
                if OperatingSystem.IsWindows() then
                    skiptest "there are no named pipes in folders on Windows"

                use folder = new TestFolder()
                let ofFile = request folder quick
                let whole, piped = folder.Path "whole", folder.Path "piped"
                run ofFile whole |> ignore
                let pipe = folder.Path "pipe.fasta"
                use make = Process.Start("mkfifo", [ pipe ])
                make.WaitForExit()
                Assert.equal 0 make.ExitCode
                let text = File.ReadAllText ofFile.Sequences.Head
                let writing = Task.Run(fun () -> File.WriteAllText(pipe, text))
                use stopping = new CancellationTokenSource()
                let observer = after 4 stopping.Cancel

                let first =
                    EvoTuning.run
                        Cpu.automatic
                        { ofFile with Sequences = [ pipe ] }
                        piped
                        1e9
                        observer
                        stopping.Token
                    |> done'

                writing.Wait()
                Assert.equal StopReason.Interrupted first.StopReason
                File.Delete pipe

                // The folder keeps the sequences itself, so it can be moved.
                let moved = folder.Path "moved"
                Directory.Move(piped, moved)

                finish moved

                Assert.equal (model whole) (model moved)

            testCase "what is kept of a corpus reads back as it was"
            <| fun () ->
                let texts = [ "MKTAYIAKQRUOXX"; "A"; "ACDEFGHIKLMNPQRSTVWY" ]
                let corpus = texts |> List.map Golden.parse |> Corpus.ofSequences
                use folder = new TestFolder()
                let path = folder.Path "kept.fasta"

                do
                    use writer = new StreamWriter(path)
                    SequenceSource.write writer corpus

                match Corpus.read SequenceFile.defaults Corpus.everything [ path ] with
                | Ok(read, _) -> Assert.equal (Corpus.fingerprint corpus) (Corpus.fingerprint read)
                | Error errors -> failtest (errors.Head.Message)

            testCase "standard input can stand for one file only"
            <| fun () ->
                use folder = new TestFolder()

                let request =
                    { request folder quick with
                        Sequences = [ "-" ]
                        Validation = [ "-" ]
                    }

                match errorOf request (folder.Path "out") with
                | TrainingError.InvalidOptions [ TrainingOptionsError.OutOfRange(option, _) ] ->
                    Assert.contains "standard input" option
                | other -> failtest $"{other}"

            testCase "a warm-up longer than the run is told"
            <| fun () ->
                use folder = new TestFolder()

                let plan, _ =
                    planned (request folder { quick with WarmUp = 5000 }) (folder.Path "out")

                Assert.contains "warms up over 5000 steps" (Assert.single plan.Warnings)

            testCase "sequences on both sides because they repeat are told"
            <| fun () ->
                use folder = new TestFolder()
                let repeated = write folder "repeated.fasta" (List.replicate 10 "MKTAYIAKQR")

                let request =
                    { request folder quick with
                        Sequences = [ repeated ]
                        Filter =
                            { Corpus.everything with
                                KeepDuplicates = true
                            }
                    }

                let plan, tuned = planned request (folder.Path "out")

                Assert.isTrue (
                    plan.Warnings
                    |> Seq.exists (fun warning -> warning.StartsWith "2 of 2 validation sequences")
                )

                Assert.isTrue tuned.IsImproved

            testCase "identical sequences are one, and one sequence has no validation set"
            <| fun () ->
                use folder = new TestFolder()
                let repeated = write folder "repeated.fasta" (List.replicate 10 "MKTAYIAKQR")

                let plan, tuned =
                    planned
                        { request folder { quick with Epochs = 10; WarmUp = 0 } with
                            Sequences = [ repeated ]
                        }
                        (folder.Path "out")

                Assert.equal 1 plan.Sequences
                Assert.equal 0 plan.ValidationSequences

                Assert.isTrue (
                    plan.Warnings
                    |> Seq.exists (fun warning -> warning.Contains "only one sequence")
                )

                Assert.isTrue tuned.IsImproved

            testCase "single residues validate a training"
            <| fun () ->
                use folder = new TestFolder()

                let request =
                    { request folder quick with
                        Validation = [ write folder "ones.fasta" [ "M"; "K"; "A" ] ]
                    }

                let plan, tuned = planned request (folder.Path "out")
                Assert.equal 3 plan.ValidationSequences

                for epoch in tuned.Epochs do
                    Assert.isTrue (Double.IsFinite epoch.ValidationLoss.Value)

            testCase "a start model of another embedding trains, and its checkpoint continues"
            <| fun () ->
                use folder = new TestFolder()

                let weights = RandomWeights.create 3UL (MlstmShape(12, 1, 7))

                let start = folder.Path "start.safetensors"

                match WeightFile.save start weights with
                | Ok() -> ()
                | Error error -> invalidOp error.Message

                let request =
                    { request folder quick with
                        Start = StartModel.Weights start
                    }

                let whole, parted = folder.Path "whole", folder.Path "parted"
                let tuned = run request whole
                Assert.equal 7 tuned.Weights.Shape.Embedding
                use stopping = new CancellationTokenSource()
                let observer = after 3 stopping.Cancel

                EvoTuning.run Cpu.automatic request parted 1e9 observer stopping.Token
                |> done'
                |> ignore

                finish parted

                Assert.equal (model whole) (model parted)

            testCase "invalid options are refused before anything is read"
            <| fun () ->
                use folder = new TestFolder()

                let refused change =
                    match errorOf (change (request folder quick)) (folder.Path "out") with
                    | TrainingError.InvalidOptions errors ->

                        errors |> List.map (fun error -> (error.Message.Split ':')[0])
                    | other -> invalidOp $"{other}"

                let options change =
                    refused (fun request ->
                        { request with
                            Options = change request.Options
                        })

                Assert.equal [ "batch tokens" ] (options (fun o -> { o with BatchTokens = 0 }))
                Assert.equal [ "epochs" ] (options (fun o -> { o with Epochs = 2_000_000 }))

                Assert.equal
                    [ "validation fraction" ]
                    (options (fun o -> { o with ValidationFraction = 1.0 }))

                Assert.equal [ "weight decay" ] (options (fun o -> { o with WeightDecay = -0.1 }))
                Assert.equal [ "weight decay" ] (options (fun o -> { o with WeightDecay = 300.0 }))
                Assert.equal [ "average" ] (options (fun o -> { o with Average = Some 1.5 }))
                Assert.equal [ "average" ] (options (fun o -> { o with Average = Some nan }))
                Assert.equal [ "max norm" ] (options (fun o -> { o with MaximalNorm = nan }))

                // Where no learning rate is given, the default counts: 0.0005 for 20 units.
                Assert.equal
                    [ "weight decay" ]
                    (options (fun o ->
                        { o with
                            LearningRate = None
                            WeightDecay = 2000.0
                        }))

                Assert.equal
                    [ "units and layers" ]
                    (refused (fun request ->
                        { request with
                            Start = StartModel.Random(MlstmShape(20_000, 1000, 10))
                        }))

                Assert.equal
                    [ "minimal length" ]
                    (refused (fun request ->
                        { request with
                            Filter =
                                { request.Filter with
                                    MinLength = 50
                                    MaxLength = 20
                                }
                        }))

            testCase "an observer can write how training goes"
            <| fun () ->
                use folder = new TestFolder()
                use writer = new StringWriter()

                EvoTuning.run
                    Cpu.automatic
                    (request folder quick)
                    (folder.Path "out")
                    1e9
                    (EvoTuning.printTo writer)
                    CancellationToken.None
                |> done'
                |> ignore

                let lines = writer.ToString().TrimEnd().Split Environment.NewLine
                Assert.startsWith "32 training sequences, 8 for validation" (lines[0])
                Assert.equal 5 lines.Length
                Assert.startsWith "epoch 0: validation " (lines[1])
                Assert.startsWith "epoch 3: training " (lines[4])
        ]
