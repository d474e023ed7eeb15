module UniRep.Tests.TorchTrainingTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Training
open Expecto
open UniRep.Testing

let private protein (length: int) seed =
    let random = Random(seed: int)
    Golden.parse (String(Array.init length (fun _ -> "ACDEFGHIKLMNPQRSTVWY"[random.Next 20])))

let private batch =
    [| for length in [ 9; 40; 23; 40; 1 ] -> (protein length length).Tokens |]

let private named (arrays: MlstmArrays) =
    Map.ofSeq (
        seq { for array in arrays.Shape.Parameters() -> array.Name, Array.map float arrays[array] }
    )

let private assertClose expected found =
    Tolerance.assertEachNamed
        (Tolerance.assertCloseToLargest TorchTolerance.gradient)
        (named expected)
        (named found)

let private torchTrainer batchSize options (state: TrainerState) =
    TorchTestModels.require ()
    let device = new TorchSharp.torch.Device(TorchSharp.DeviceType.CPU)

    new TorchTrainer(
        { TorchTestModels.options with
            BatchSize = batchSize
        },
        device,
        options,
        state
    )

let private start (weights: Weights) = TrainerState.Start weights.Arrays

/// The parameters of a model with another bias of the head.
let private withHeadB values (weights: Weights) =
    MlstmArrays.Create(
        weights.Shape,
        fun array ->
            if array.Parameter = MlstmParameter.HeadB then
                values
            else
                weights.Arrays[array]
    )

let private gradient (trainer: ITrainer) mean window =
    trainer.Gradient(batch, mean, window, CancellationToken.None)

let private options =
    { TrainingOptions.evotune with
        Epochs = 3
        BatchTokens = 200
        LearningRate = Some 5e-3
        WarmUp = 2
        ValidationFraction = 0.2
        Seed = 11UL
    }

let private family = [ for k in 1..20 -> protein (20 + k % 11) k ]

let private tuned (result: Result<Tuned, TrainingError>) = Result.orRaise result

/// Trains two epochs in a folder with one backend, and resumes to the third with another.
let private handedOver first second =
    use folder = new TestFolder()
    let texts = family |> List.mapi (fun at protein -> $">r{at}\n{protein.Letters}\n")
    let input = folder.WriteText("family.fasta", String.concat "" texts)
    let output = folder.Path "tuned"

    let request =
        { TrainingRequest.scratch (MlstmShape(20, 2, 10)) [ input ] with
            Options = { options with Epochs = 2 }
        }

    EvoTuning.run first request output 1e9 EvoTuning.silent CancellationToken.None
    |> tuned
    |> ignore

    EvoTuning.resume
        second
        (fun options -> { options with Epochs = 3 })
        false
        output
        1e9
        EvoTuning.silent
        CancellationToken.None
    |> tuned
    |> _.Epochs
    |> List.last

[<Tests>]
let tests =
    testList
        "TorchTrainingTests"
        [
            // Windows, memory limits and groups of sequences: what is computed in which order.
            testTheory
                "gradients agree with those of the engine"
                [
                    33, 1, 0, 1_000_000, 128
                    33, 1, 7, 1_000_000, 128
                    33, 1, 1, 1_000_000, 128
                    33, 1, 0, 1, 128
                    33, 1, 16, 20_000, 2
                    9, 3, 0, 1_000_000, 128
                    9, 3, 13, 9_000, 3
                ]
            <| fun (units, layers, window, bytes: int, lanes) ->
                let weights = Waves.weights units layers
                use engine = MlstmTrainer.Create weights.Arrays

                use torch =
                    torchTrainer lanes (TrainerOptions(StateBytes = int64 bytes)) (start weights)

                for mean in [ LossMean.PerToken; LossMean.PerSequence ] do
                    let expected = gradient engine mean window
                    let found = gradient torch mean window
                    Tolerance.assertNear Tolerance.lossOfEngine expected.Loss found.Loss
                    Tolerance.assertNear (1e-6 * expected.Nats) expected.Nats found.Nats
                    Assert.equal expected.Tokens found.Tokens
                    assertClose (engine.Gradients()) (torch.Gradients())

                    let evaluated =
                        (torch :> ITrainer).Evaluate(batch, mean, CancellationToken.None)

                    Tolerance.assertNear Tolerance.lossOfEngine expected.Loss evaluated.Loss

            testTheory
                "a step with decay, clipping and an average is that of the engine"
                [ false; true ]
            <| fun decaysAll ->
                let weights = Waves.weights 33 1
                let options = TrainerOptions(Averages = true)
                use engine = MlstmTrainer.Create(weights.Arrays, options)
                use torch = torchTrainer 128 options (start weights)

                let step =
                    AdamStep(
                        Rate = 0.01,
                        WeightDecay = 0.1,
                        DecaysAll = decaysAll,
                        MaximalNorm = 0.05,
                        AverageDecay = 0.9
                    )

                for trainer in [ engine :> ITrainer; torch ] do
                    for _ in 1..2 do
                        gradient trainer LossMean.PerToken 0 |> ignore
                        Assert.isBetween 0.05 100.0 (trainer.Update step)

                let concat (arrays: MlstmArrays) = (named arrays).Values |> Array.concat

                let torch = torch :> ITrainer
                Assert.equal 2L torch.Steps

                for values in
                    [ (fun (t: ITrainer) -> t.Parameters()); (fun t -> nonNull (t.Average())) ] do
                    (concat (values engine), concat (values torch))
                    ||> Tolerance.assertMostlyWithin 0.99 1e-4

                // The moments are no signs: they agree everywhere.
                assertClose (engine.Save().First) (torch.Save().First)
                assertClose (engine.Save().Second) (torch.Save().Second)

            testCase "a training that is resumed gives the same bits"
            <| fun () ->
                let options = TrainerOptions(Averages = true)
                let step = AdamStep(Rate = 0.01)

                let move (trainer: ITrainer) =
                    gradient trainer LossMean.PerToken 0 |> ignore
                    trainer.Update step |> ignore

                use first = torchTrainer 128 options (start (Waves.weights 33 1))
                move first
                let saved = (first :> ITrainer).Save()
                move first
                use second = torchTrainer 128 options saved
                move second
                let expected, found = (first :> ITrainer).Save(), (second :> ITrainer).Save()
                Assert.equal 2L found.Steps
                Assert.equal (named expected.Parameters) (named found.Parameters)
                Assert.equal (named expected.Second) (named found.Second)

                Assert.equal (named (nonNull expected.Average)) (named (nonNull found.Average))

            testCase "a gradient that is not finite moves nothing"
            <| fun () ->
                let weights = Waves.weights 5 1
                let arrays = weights.Arrays

                let broken = withHeadB (Array.create 25 Single.NaN) weights

                use trainer = torchTrainer 128 (TrainerOptions()) (TrainerState.Start broken)
                let trainer = trainer :> ITrainer
                gradient trainer LossMean.PerToken 0 |> ignore
                Assert.equal Double.NaN (trainer.Update(AdamStep(Rate = 0.1)))
                Assert.equal 0L trainer.Steps
                Assert.equal arrays.HeadW (trainer.Parameters().HeadW)

            testCase "a wrong call is an exception of arguments"
            <| fun () ->
                use trainer = torchTrainer 128 (TrainerOptions()) (start (Waves.weights 5 1))
                let trainer = trainer :> ITrainer

                let wrong (sequences: ReadOnlyMemory<byte>[]) window =
                    Assert.throws<ArgumentException>(fun () ->
                        trainer.Gradient(
                            sequences,
                            LossMean.PerToken,
                            window,
                            CancellationToken.None
                        )
                        |> ignore)
                    |> ignore

                wrong [||] 0
                wrong [| ReadOnlyMemory [||] |] 0
                wrong [| ReadOnlyMemory [| 24uy |] |] 0
                wrong batch -1

                Assert.throws<InvalidOperationException>(fun () ->
                    trainer.Update(AdamStep(Rate = 0.1)) |> ignore)
                |> ignore

                let short = withHeadB [| 0.0f |] (Waves.weights 5 1)

                Assert.throws<ArgumentException>(fun () ->
                    torchTrainer 128 (TrainerOptions()) (TrainerState.Start short) |> ignore)
                |> ignore

            testCase "a gradient can be cancelled"
            <| fun () ->
                use trainer = torchTrainer 128 (TrainerOptions()) (start (Waves.weights 5 1))
                use cancellation = new CancellationTokenSource()
                cancellation.Cancel()

                Assert.throws<OperationCanceledException>(fun () ->
                    (trainer :> ITrainer).Gradient(batch, LossMean.PerToken, 0, cancellation.Token)
                    |> ignore)
                |> ignore

            testCase "evotune gives the losses that the engine gives"
            <| fun () ->
                let weights = Waves.weights 20 2

                let losses backend =
                    EvoTuning.tune
                        backend
                        options
                        EvoTuning.silent
                        CancellationToken.None
                        weights
                        family
                    |> tuned
                    |> _.Epochs
                    |> List.map _.ValidationLoss.Value
                    |> Array.ofList

                let expected = losses Cpu.automatic
                Assert.equal 4 expected.Length
                Tolerance.assertClose 1e-3 expected (losses (TorchTestModels.backend ()))

            testCase "a checkpoint of one backend is resumed by the other"
            <| fun () ->
                let torch = TorchTestModels.backend ()
                let expected = handedOver Cpu.automatic Cpu.automatic
                let there, back = handedOver Cpu.automatic torch, handedOver torch Cpu.automatic

                for epoch in [ there; back ] do
                    Assert.equal expected.Step epoch.Step

                    Tolerance.assertNear
                        1e-3
                        expected.ValidationLoss.Value
                        epoch.ValidationLoss.Value
        ]
