module UniRep.Tests.DivergenceTests

open System
open System.IO
open System.Text.Json
open System.Threading
open System.Xml.Linq
open UniRep
open UniRep.Definition
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private shape = (MlstmShape(20, 2, 10))

/// What a training that diverged kept.
let private keptOf result =
    match result with
    | Error(TrainingError.Diverged kept) -> kept
    | Error error -> invalidOp error.Message
    | Ok tuned -> invalidOp $"not diverged: {tuned}"

let private diverge request folder =
    EvoTuning.run Cpu.automatic request folder 1e9 drawing CancellationToken.None
    |> keptOf

let private quantityOf (kept: Tuned) =
    match kept.StopReason with
    | StopReason.Diverged(_, _, quantity) -> quantity
    | other -> invalidOp $"{other}"

/// One batch an epoch, after which nothing is finite.
let private oneStep =
    { quick with
        BatchTokens = 100_000
        LearningRate = Some 1e20
        WarmUp = 0
    }

/// Every line of the metrics as JSON.
let private metrics folder =
    File.ReadAllLines(Path.Combine(folder, "metrics.jsonl"))
    |> Array.map (fun line -> JsonDocument.Parse(line).RootElement)

let private kind (row: JsonElement) = row.GetProperty("kind").GetString()

let private startFrom (folder: TestFolder) weights =
    let path = folder.Path "start.safetensors"

    match WeightFile.save path weights with
    | Ok() -> StartModel.Weights path
    | Error error -> invalidOp error.Message

/// Random weights, some arrays of them changed.
let private changed change =
    match
        RandomWeights.create 1UL shape
        |> Weights.toTensors
        |> List.map (fun (name, tensor) ->
            name,
            { tensor with
                Values = change name tensor.Values
            })
        |> Map.ofList
        |> Weights.ofTensors (RandomWeights.create 1UL shape).Card
    with
    | Ok weights -> weights
    | Error errors -> invalidOp errors.Head.Message

[<Tests>]
let tests =
    testList
        "DivergenceTests"
        [
            testCase
                "a validation loss that is not finite ends training as diverged, with the best model, JSON and a curve"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                let kept = diverge (request folder oneStep) out

                Assert.equal
                    (StopReason.Diverged(1, 1, DivergedQuantity.ValidationLoss))
                    kept.StopReason

                Assert.isFalse kept.IsImproved
                Assert.equal 0 kept.BestEpoch

                let rows = metrics out

                Assert.equal
                    [ "epoch"; "batch"; "diverged" ]
                    [ for row in rows -> string (kind row) ]

                Assert.equal JsonValueKind.Null (rows[2].GetProperty("validation_loss").ValueKind)
                Assert.doesNotContain "NaN" (File.ReadAllText(Path.Combine(out, "metrics.csv")))

                let curve = XDocument.Load(Path.Combine(out, "loss.svg"))
                Assert.equal "svg" ((nonNull curve.Root).Name.LocalName)

                match WeightFile.load (Path.Combine(out, "model.safetensors")) with
                | Error error -> failtest (error.Message)
                | Ok loaded ->
                    let start = RandomWeights.create quick.Seed shape

                    Assert.equal
                        (WeightFile.fingerprint start)
                        (WeightFile.fingerprint loaded.Weights)

                    Assert.equal start.Card.Name loaded.Weights.Card.Name
                    Assert.contains "0 epochs" loaded.Weights.Card.Provenance
                    Assert.contains "0 epochs" (Assert.single loaded.Warnings)

            testCase "a diverged training diverges again when it is resumed"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                let first = diverge (request folder oneStep) out
                let before = rows out

                let second =
                    EvoTuning.resume
                        Cpu.automatic
                        id
                        false
                        out
                        1e9
                        EvoTuning.silent
                        CancellationToken.None
                    |> keptOf

                Assert.equal first.StopReason second.StopReason
                Assert.equal before (rows out)

            testCase "a batch whose loss is not finite ends training after the best epoch"
            <| fun () ->
                use folder = new TestFolder()

                let options =
                    { quick with
                        LearningRate = Some 1e30
                        MaximalNorm = infinity
                    }

                let kept = diverge (request folder options) (folder.Path "out")

                match kept.StopReason with
                | StopReason.Diverged(epoch, batch, DivergedQuantity.TrainingLoss) ->
                    Assert.equal 1 epoch
                    Assert.isTrue (batch > 1)
                | other -> failtest $"{other}"

            testCase
                "without a validation set a useless model is found by the sequences it was trained on"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"

                let kept =
                    diverge
                        (request
                            folder
                            { oneStep with
                                ValidationFraction = 0.0
                            })
                        out

                Assert.equal
                    (StopReason.Diverged(1, 1, DivergedQuantity.TrainingLoss))
                    kept.StopReason

                match WeightFile.load (Path.Combine(out, "model.safetensors")) with
                | Error error -> failtest (error.Message)
                | Ok loaded ->
                    Assert.equal
                        (WeightFile.fingerprint (RandomWeights.create quick.Seed shape))
                        (WeightFile.fingerprint loaded.Weights)

            testCase "an out-of-domain loss that is not finite ends training as diverged"
            <| fun () ->
                let unseen = int (Residue.tryToken 'O').Value

                let weights =
                    changed (fun name values ->
                        if name = "embed" then
                            values
                            |> Array.mapi (fun at value ->
                                if at / 10 = unseen then 3e38f else value)
                        else
                            values)

                let unseenOnes =
                    {
                        Corpus = Corpus.ofSequences [ Golden.parse "MOOK" ]
                        Indices = [| 0 |]
                    }

                // No file may hold such weights: they are given as they are.
                match
                    family 40 30 1UL
                    |> List.map Golden.parse
                    |> Corpus.ofSequences
                    |> TrainingData.ofSequences quick weights
                with
                | Error error -> failtest (error.Message)
                | Ok data ->
                    let kept =
                        MemoryRun.train
                            {
                                Backend = Cpu.automatic
                                Options = quick
                                Data =
                                    { data with
                                        TrainingData.Split.OutOfDomain = Some unseenOnes
                                    }
                                Observer = EvoTuning.silent
                                Cancellation = CancellationToken.None
                            }

                    Assert.equal
                        (StopReason.Diverged(0, 0, DivergedQuantity.OutOfDomainLoss))
                        kept.StopReason

                    Assert.isEmpty kept.Epochs

            testCase
                "an optimiser whose numbers overflow ends training as diverged, and its checkpoint is not written"
            <| fun () ->
                use folder = new TestFolder()

                let weights =
                    changed (fun name values ->
                        // A column far below the shortest that is normalised, made up for by its gain, has a large gradient.
                        if name = "head.w" then Array.map ((*) 1e16f) values
                        elif name.EndsWith ".wx" then Array.map ((*) 1e-16f) values
                        elif name.EndsWith ".gx" then Array.map ((*) 1e10f) values
                        else values)

                let request =
                    { request
                          folder
                          { oneStep with
                              MaximalNorm = infinity
                              LearningRate = Some 1e-5
                          } with
                        Start = startFrom folder weights
                    }

                let out = folder.Path "out"
                let kept = diverge request out
                Assert.equal DivergedQuantity.Parameters (quantityOf kept)

                match Checkpoint.load (Path.Combine(out, "checkpoint.safetensors")) with
                | Ok checkpoint -> Assert.isTrue (Checkpoint.isFinite checkpoint)
                | Error error -> failtest (error.Message)

            testCase "training in memory that diverges is an error that keeps the start model"
            <| fun () ->
                let weights = RandomWeights.create 1UL shape
                let sequences = family 40 30 1UL |> List.map Golden.parse

                let kept =
                    EvoTuning.tune
                        Cpu.automatic
                        oneStep
                        EvoTuning.silent
                        CancellationToken.None
                        weights
                        sequences
                    |> keptOf

                Assert.equal (WeightFile.fingerprint weights) (WeightFile.fingerprint kept.Weights)
                Assert.equal weights.Card.Name kept.Weights.Card.Name

                let raised =
                    Assert.throws<UniRepException>(fun () ->
                        UniRep.tuneWith
                            Cpu.automatic
                            EvoTuning.silent
                            oneStep
                            CancellationToken.None
                            weights
                            (family 40 30 1UL)
                        |> ignore)

                Assert.equal "Diverged" raised.Case
                Assert.contains "lower learning rate" raised.Message
        ]
