module UniRep.Tests.NextActionTests

open UniRep.Training
open Xunit

let private options =
    { TrainingOptions.evotune with
        Epochs = 3
        Patience = 2
        WarmUp = 4
        LearningRate = Some 1.0
        Schedule = Schedule.Linear
    }

let private report epoch loss isBest : EpochReport =
    {
        Epoch = epoch
        Step = 0L
        TrainLoss = None
        ValidationLoss = loss
        OutOfDomainLoss = None
        IsBest = isBest
        Tokens = 0L
        Seconds = 0.0
    }

/// The position after epochs with these validation losses, the first that of the start model.
let private after losses =
    let step position loss =
        let isBest = Position.isBest loss position
        Position.afterEpoch (report position.Epoch loss isBest) position

    List.fold step Position.start losses

let private decide position = NextAction.decide options 5 position

[<Fact>]
let ``a new training evaluates the start model, then trains on the first batch`` () =
    Assert.Equal(NextAction.EvaluateStart, decide Position.start)
    Assert.Equal(NextAction.TrainBatch 0, decide (after [ Some 3.0 ]))

[<Fact>]
let ``batches follow one another until the epoch ends`` () =
    let actions =
        after [ Some 3.0 ]
        |> List.unfold (fun position ->
            match decide position with
            | NextAction.TrainBatch batch ->
                Some(NextAction.TrainBatch batch, Position.afterBatch 1.0 1L 0.5 position)
            | _ -> None)

    Assert.Equal<NextAction list>([ for batch in 0..4 -> NextAction.TrainBatch batch ], actions)

    let last = { after [ Some 3.0 ] with Batch = 5 }
    Assert.Equal(NextAction.EndEpoch, decide last)

[<Fact>]
let ``training finishes after the last epoch`` () =
    Assert.Equal(NextAction.TrainBatch 0, decide (after [ Some 3.0; Some 2.9; Some 2.8 ]))

    Assert.Equal(
        NextAction.Stop StopReason.Finished,
        decide (after [ Some 3.0; Some 2.9; Some 2.8; Some 2.7 ])
    )

[<Fact>]
let ``training stops early when the validation loss has not improved for the epochs of patience``
    ()
    =
    Assert.Equal(NextAction.TrainBatch 0, decide (after [ Some 3.0; Some 3.1 ]))

    Assert.Equal(
        NextAction.Stop StopReason.EarlyStopping,
        decide (after [ Some 3.0; Some 3.1; Some 3.0 ])
    )

    // Not within an epoch that has begun, as when the training was resumed with more patience.
    let within =
        { after [ Some 3.0; Some 3.1; Some 3.0 ] with
            Batch = 1
        }

    Assert.Equal(NextAction.TrainBatch 1, decide within)

[<Fact>]
let ``without patience or a validation set no training stops early`` () =
    let worse = after [ Some 3.0; Some 3.1; Some 3.2 ]

    Assert.Equal(NextAction.TrainBatch 0, NextAction.decide { options with Patience = 0 } 5 worse)

    Assert.Equal(NextAction.TrainBatch 0, decide (after [ None; None; None ]))

[<Fact>]
let ``the best model has the lowest validation loss, the earlier one if two are equal`` () =
    let position = after [ Some 3.0; Some 2.5 ]
    Assert.True(Position.isBest (Some 2.4) position)
    Assert.False(Position.isBest (Some 2.5) position)
    Assert.False(Position.isBest (Some nan) position)
    Assert.Equal(1, (Position.best position).Value.Epoch)

[<Fact>]
let ``without a validation set the latest model is the best`` () =
    let position = after [ None; None ]
    Assert.True(Position.isBest None position)
    Assert.Equal(1, (Position.best position).Value.Epoch)

[<Fact>]
let ``the training loss of an epoch is the mean over its tokens`` () =
    let position =
        after [ Some 3.0 ]
        |> Position.afterBatch 6.0 2L 0.25
        |> Position.afterBatch 2.0 2L 0.25

    Assert.Equal(Some 2.0, (Position.report 7L position).TrainLoss)
    Assert.Equal(0.5, position.Seconds)
    Assert.Equal(None, (Position.report 7L (after [ Some 3.0 ])).TrainLoss)

[<Fact>]
let ``the learning rate of a batch follows the schedule over all epochs`` () =
    let rate epochs batch =
        let position =
            { after (List.replicate epochs (Some 3.0)) with
                Batch = batch
            }

        NextAction.learningRate options 64 5 position

    Tolerance.assertNear 1e-12 0.25 (rate 1 0)
    Tolerance.assertNear 1e-12 1.0 (rate 1 4)
    // Step 9 of 15: five of the eleven steps after the warm-up are done.
    Tolerance.assertNear 1e-12 (6.0 / 11.0) (rate 2 4)

[<Fact>]
let ``the first number that is not finite is the reason of divergence`` () =
    let first validation outOfDomain =
        NextAction.firstNotFinite
            [
                DivergedQuantity.ValidationLoss, validation
                DivergedQuantity.OutOfDomainLoss, outOfDomain
            ]

    Assert.Equal(None, first (Some 1.0) None)
    Assert.Equal(Some DivergedQuantity.OutOfDomainLoss, first (Some 1.0) (Some infinity))
    Assert.Equal(Some DivergedQuantity.ValidationLoss, first (Some nan) (Some nan))
