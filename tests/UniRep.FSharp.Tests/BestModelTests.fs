module UniRep.Tests.BestModelTests

open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.TrainingExamples
open Xunit

let private shape = (MlstmShape(20, 2, 10))

/// So high a rate that the model gets worse, but stays finite.
let private tooHigh =
    { quick with
        LearningRate = Some 5.0
        Patience = 2
    }

[<Theory>]
[<InlineData(0.2)>]
[<InlineData(0.0)>]
let ``a training that ends worse than it began gives the start model, not called tuned`` fraction =
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
    Assert.False tuned.IsImproved
    Assert.Equal(0, tuned.BestEpoch)
    Assert.Equal(start.Card.Name, tuned.Weights.Card.Name)
    Assert.Equal(WeightFile.fingerprint start, WeightFile.fingerprint tuned.Weights)
    Assert.Contains("not improved", (tuned :> IDisplay).Summary)

    match WeightFile.load out with
    | Error error -> Assert.Fail(error.Message)
    | Ok loaded ->
        Assert.Equal(WeightFile.fingerprint start, WeightFile.fingerprint loaded.Weights)
        Assert.Equal(start.Card.Name, loaded.Weights.Card.Name)
        Assert.Contains("did not improve", Assert.Single loaded.Warnings)

    use model = TestModels.ofWeights tuned.Weights
    Assert.Contains("did not improve", Assert.Single model.Warnings)

[<Fact>]
let ``a training that improves the model is called tuned, with or without a validation set`` () =
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

        Assert.True tuned.IsImproved
        Assert.Equal(3, tuned.BestEpoch)
        Assert.Equal("random-20x2-tuned", tuned.Weights.Card.Name)
        use model = TestModels.ofWeights tuned.Weights
        Assert.Empty model.Warnings

[<Fact>]
let ``a training interrupted in its first epoch leaves a model that warns`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"
    use stopping = new CancellationTokenSource()
    let observer = after 1 stopping.Cancel

    let tuned =
        EvoTuning.run Cpu.automatic (request folder quick) out 1e9 observer stopping.Token
        |> done'

    Assert.Equal(StopReason.Interrupted, tuned.StopReason)

    match WeightFile.load out with
    | Error error -> Assert.Fail(error.Message)
    | Ok loaded ->
        Assert.Equal("random-20x2", loaded.Weights.Card.Name)
        Assert.Contains("0 epochs", loaded.Weights.Card.Provenance)
        Assert.Contains("stopped in its first epoch", Assert.Single loaded.Warnings)

[<Fact>]
let ``a model tuned from one without a training of its own does not warn`` () =
    let card =
        {
            Name = "a"
            Version = ""
            License = ""
            Provenance = "somewhere"
        }

    let untrained = TrainingProvenance.card card 5 0
    Assert.Single(TrainingProvenance.warnings untrained) |> ignore
    Assert.Empty(TrainingProvenance.warnings (TrainingProvenance.card untrained 5 3))
    Assert.Empty(TrainingProvenance.warnings card)
    Assert.Equal("a", untrained.Name)
    Assert.Equal("a-tuned", (TrainingProvenance.card card 5 10).Name)
    Assert.Empty(TrainingProvenance.warnings (TrainingProvenance.card card 5 10))
