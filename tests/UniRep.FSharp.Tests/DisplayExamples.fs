/// Values that show themselves.
module UniRep.Tests.DisplayExamples

open System
open UniRep
open UniRep.IO
open UniRep.Training
open UniRep.Compute
open UniRep.Charts

let sequence text =
    match Sequence.parse text with
    | Ok sequence -> sequence
    | Error error -> raise (ArgumentException(error.Message))

let rep =
    {
        Average = [| 0.12345f; -0.5f; 0.25f; 1.0f; 7.0f |]
        Final = [| 0.0f; 0.0f; 0.0f; 0.0f; 0.0f |]
        Cell = [| 1.0f; 2.0f; 3.0f; 4.0f; -5.0f |]
    }

let batch: BatchReport =
    {
        Epoch = 1
        Batch = 3
        Batches = 20
        Step = 3L
        Loss = 2.83125
        GradientNorm = 0.5
        LearningRate = 5e-4
        Tokens = 12345L
        Seconds = 1.5
    }

let epoch number train validation isBest : EpochReport =
    {
        Epoch = number
        Step = int64 (20 * number)
        TrainLoss = train
        ValidationLoss = validation
        OutOfDomainLoss = None
        IsBest = isBest
        Tokens = 12345L
        Seconds = 1.5
    }

let weightsNamed name =
    Waves.weights 5 2
    |> Weights.withCard
        {
            Name = name
            Version = "1"
            License = "CC0-1.0"
            Provenance = "a formula"
        }

let tuned =
    {
        Weights = weightsNamed "waves"
        Epochs =
            [
                epoch 0 None (Some 2.9) false
                epoch 1 (Some 2.8) (Some 2.5) true
                epoch 2 (Some 2.6) (Some 2.7) false
            ]
        StopReason = StopReason.EarlyStopping
        IsImproved = true
    }

let oneThread = Cpu.backend (EngineOptions(Threads = 1))

let model =
    match Model.ofWeights oneThread (weightsNamed "waves") with
    | Ok model -> model
    | Error error -> invalidOp error.Message

let projection =
    {
        Coordinates = array2D [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ]; [ 5.0; 6.0 ] ]
        Explained = [| 0.6125; 0.25 |]
    }

let chart =
    Chart.lines
        "Loss"
        (Chart.axis "epoch")
        (Chart.axis "loss (nats per token)")
        [ Chart.series "validation" [ 0.0, 2.9; 1.0, 2.5 ] ]

let values: obj list =
    [
        sequence "MKTAYIAKQR"
        rep
        model
        weightsNamed "waves"
        batch
        epoch 1 (Some 2.8) (Some 2.5) true
        tuned
        projection
        chart
        UniRepModel.LoadDefault()
        UniRepModel.LoadDefault().Represent "MKTAYIAKQR"
    ]
