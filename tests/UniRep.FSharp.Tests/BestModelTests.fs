module UniRep.Tests.BestModelTests

open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private shape = (MlstmShape(20, 2, 10))

/// So high a rate that the model gets worse, but stays finite.
let private tooHigh =
    { quick with
        LearningRate = Some 5.0
        Patience = 2
    }

[<Tests>]
let tests =
    testList
        "BestModelTests"
        [
            testTheory
                "a training that ends worse than it began gives the start model, not called tuned"
                [ 0.2; 0.0 ]
            <| fun fraction ->
                use folder = new TestFolder()
                let out = folder.Path "out"

                let tuned =
                    run
                        (request
                            folder
                            { tooHigh with
                                ValidationFraction = fraction
                            })
                        out

                let start = RandomWeights.create quick.Seed shape
                Assert.isFalse tuned.IsImproved
                Assert.equal 0 tuned.BestEpoch
                Assert.equal start.Card.Name tuned.Weights.Card.Name
                Assert.equal (WeightFile.fingerprint start) (WeightFile.fingerprint tuned.Weights)
                Assert.contains "not improved" ((tuned :> IDisplay).Summary)

                match WeightFile.load out with
                | Error error -> failtest (error.Message)
                | Ok loaded ->
                    Assert.equal
                        (WeightFile.fingerprint start)
                        (WeightFile.fingerprint loaded.Weights)

                    Assert.equal start.Card.Name loaded.Weights.Card.Name
                    Assert.contains "did not improve" (Assert.single loaded.Warnings)

                use model = TestModels.ofWeights tuned.Weights
                Assert.contains "did not improve" (Assert.single model.Warnings)

            testCase
                "a training that improves the model is called tuned, with or without a validation set"
            <| fun () ->
                for fraction in [ 0.2; 0.0 ] do
                    use folder = new TestFolder()

                    let tuned =
                        run
                            (request
                                folder
                                { quick with
                                    ValidationFraction = fraction
                                })
                            (folder.Path "out")

                    Assert.isTrue tuned.IsImproved
                    Assert.equal 3 tuned.BestEpoch
                    Assert.equal "random-20x2-tuned" tuned.Weights.Card.Name
                    use model = TestModels.ofWeights tuned.Weights
                    Assert.isEmpty model.Warnings

            testCase "a training interrupted in its first epoch leaves a model that warns"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                use stopping = new CancellationTokenSource()
                let observer = after 1 stopping.Cancel

                let tuned =
                    EvoTuning.run
                        Cpu.automatic
                        (request folder quick)
                        out
                        1e9
                        observer
                        stopping.Token
                    |> done'

                Assert.equal StopReason.Interrupted tuned.StopReason

                match WeightFile.load out with
                | Error error -> failtest (error.Message)
                | Ok loaded ->
                    Assert.equal "random-20x2" loaded.Weights.Card.Name
                    Assert.contains "0 epochs" loaded.Weights.Card.Provenance
                    Assert.contains "stopped in its first epoch" (Assert.single loaded.Warnings)

            testCase "a model tuned from one without a training of its own does not warn"
            <| fun () ->
                let card =
                    {
                        Name = "a"
                        Version = ""
                        License = ""
                        Provenance = "somewhere"
                    }

                let untrained = TrainingProvenance.card card 5 0 ReadingDirection.Forward
                Assert.single (TrainingProvenance.warnings untrained) |> ignore

                Assert.isEmpty (
                    TrainingProvenance.warnings (
                        TrainingProvenance.card untrained 5 3 ReadingDirection.Forward
                    )
                )

                Assert.isEmpty (TrainingProvenance.warnings card)
                Assert.equal "a" untrained.Name

                Assert.equal
                    "a-tuned"
                    ((TrainingProvenance.card card 5 10 ReadingDirection.Forward).Name)

                Assert.isEmpty (
                    TrainingProvenance.warnings (
                        TrainingProvenance.card card 5 10 ReadingDirection.Forward
                    )
                )
        ]
