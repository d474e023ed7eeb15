module UniRep.Tests.NextActionTests

open UniRep.Training
open Expecto
open UniRep.Testing

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

[<Tests>]
let tests =
    testList
        "NextActionTests"
        [
            testCase "a new training evaluates the start model, then trains on the first batch"
            <| fun () ->
                Assert.equal NextAction.EvaluateStart (decide Position.start)
                Assert.equal (NextAction.TrainBatch 0) (decide (after [ Some 3.0 ]))

            testCase "batches follow one another until the epoch ends"
            <| fun () ->
                let actions =
                    after [ Some 3.0 ]
                    |> List.unfold (fun position ->
                        match decide position with
                        | NextAction.TrainBatch batch ->
                            Some(
                                NextAction.TrainBatch batch,
                                Position.afterBatch 1.0 1L 0.5 position
                            )
                        | _ -> None)

                Assert.equal [ for batch in 0..4 -> NextAction.TrainBatch batch ] actions

                let last = { after [ Some 3.0 ] with Batch = 5 }
                Assert.equal NextAction.EndEpoch (decide last)

            testCase "training finishes after the last epoch"
            <| fun () ->
                Assert.equal
                    (NextAction.TrainBatch 0)
                    (decide (after [ Some 3.0; Some 2.9; Some 2.8 ]))

                Assert.equal
                    (NextAction.Stop StopReason.Finished)
                    (decide (after [ Some 3.0; Some 2.9; Some 2.8; Some 2.7 ]))

            testCase
                "training stops early when the validation loss has not improved for the epochs of patience"
            <| fun () ->
                Assert.equal (NextAction.TrainBatch 0) (decide (after [ Some 3.0; Some 3.1 ]))

                Assert.equal
                    (NextAction.Stop StopReason.EarlyStopping)
                    (decide (after [ Some 3.0; Some 3.1; Some 3.0 ]))

                // Not within an epoch that has begun, as when the training was resumed with more patience.
                let within =
                    { after [ Some 3.0; Some 3.1; Some 3.0 ] with
                        Batch = 1
                    }

                Assert.equal (NextAction.TrainBatch 1) (decide within)

            testCase "without patience or a validation set no training stops early"
            <| fun () ->
                let worse = after [ Some 3.0; Some 3.1; Some 3.2 ]

                Assert.equal
                    (NextAction.TrainBatch 0)
                    (NextAction.decide { options with Patience = 0 } 5 worse)

                Assert.equal (NextAction.TrainBatch 0) (decide (after [ None; None; None ]))

            testCase
                "the best model has the lowest validation loss, the earlier one if two are equal"
            <| fun () ->
                let position = after [ Some 3.0; Some 2.5 ]
                Assert.isTrue (Position.isBest (Some 2.4) position)
                Assert.isFalse (Position.isBest (Some 2.5) position)
                Assert.isFalse (Position.isBest (Some nan) position)
                Assert.equal 1 ((Position.best position).Value.Epoch)

            testCase "without a validation set the latest model is the best"
            <| fun () ->
                let position = after [ None; None ]
                Assert.isTrue (Position.isBest None position)
                Assert.equal 1 ((Position.best position).Value.Epoch)

            testCase "the training loss of an epoch is the mean over its tokens"
            <| fun () ->
                let position =
                    after [ Some 3.0 ]
                    |> Position.afterBatch 6.0 2L 0.25
                    |> Position.afterBatch 2.0 2L 0.25

                Assert.equal (Some 2.0) ((Position.report 7L position).TrainLoss)
                Assert.equal 0.5 position.Seconds
                Assert.equal None ((Position.report 7L (after [ Some 3.0 ])).TrainLoss)

            testCase "the learning rate of a batch follows the schedule over all epochs"
            <| fun () ->
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

            testCase "the first number that is not finite is the reason of divergence"
            <| fun () ->
                let first validation outOfDomain =
                    NextAction.firstNotFinite
                        [
                            DivergedQuantity.ValidationLoss, validation
                            DivergedQuantity.OutOfDomainLoss, outOfDomain
                        ]

                Assert.equal None (first (Some 1.0) None)

                Assert.equal
                    (Some DivergedQuantity.OutOfDomainLoss)
                    (first (Some 1.0) (Some infinity))

                Assert.equal (Some DivergedQuantity.ValidationLoss) (first (Some nan) (Some nan))
        ]
