/// Reading backward and in both directions: the definition, the engine, trainings and their files.
module UniRep.Tests.DirectionTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Definition
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private sequences = [ "MKTAYIAKQR"; "WV"; "GSHMLEDP" ] |> List.map Golden.parse

/// Tokens as trainers take them.
let private passes direction =
    let subset = Subset.all (Corpus.ofSequences sequences)
    Subset.passes direction subset |> Array.map (Subset.tokensOf subset)

let private arraysOf (arrays: MlstmArrays) =
    Weights.toTensors (Weights.ofArrays (Waves.weights 5 2).Card arrays)
    |> List.map (fun (name, tensor) -> name, Array.map float tensor.Values)
    |> Map.ofList

let private quickIn direction =
    { quick with
        Epochs = 1
        Direction = direction
    }

let private trainedIn (folder: TestFolder) name direction =
    let out = folder.Path name
    run (request folder (quickIn direction)) out |> ignore
    out

let private loaded path =
    (WeightStore.resolve path |> Result.orRaise).Weights

/// A start model, a validation set, and a lesser loss, so that the epoch counts.
let private tunedFrom weights direction =
    EvoTuning.tune
        Cpu.automatic
        { quickIn direction with Epochs = 2 }
        EvoTuning.silent
        CancellationToken.None
        weights
        (family 40 30 1UL |> List.map Golden.parse)
    |> done'

[<Tests>]
let tests =
    testList
        "DirectionTests"
        [
            testCase
                "backward, the definition reads stop and the reversed residues, and predicts start last"
            <| fun () ->
                let network = Mlstm.network (Waves.weights 5 2)
                let sequence = sequences[0]
                let reversed = Golden.parse (String(Array.rev (sequence.Letters.ToCharArray())))
                let found = Mlstm.logLikelihoodsBackward network sequence
                Assert.equal 11 found.Length

                // The states after stop: those of a scan that begins with its embedding.
                let states =
                    Seq.append [ Residue.stop ] (reversed.Tokens.ToArray())
                    |> Seq.map (fun token -> Matrix.row (int token) network.Embed)
                    |> Mlstm.scan network
                    |> Array.ofSeq

                let termAt state (target: byte) =
                    (Mlstm.logits network states[state].H |> Mlstm.logProbabilities)[int target - 1]

                Assert.equal (termAt 0 (sequence.Tokens.Span[9])) found[9]
                Assert.equal (termAt 9 (sequence.Tokens.Span[0])) found[0]
                Assert.equal (termAt 10 Residue.start) found[10]

            testCase "the engine reads backward as the definition does, in any batch"
            <| fun () ->
                let weights = Waves.weights 33 1
                let network = Mlstm.network weights
                let model = TestModels.ofWeights weights

                let found =
                    sequences
                    |> Model.mapMany RunOptions.none Output.logLikelihoodsBackward id model
                    |> Seq.map snd
                    |> List.ofSeq

                for sequence, terms in List.zip sequences found do
                    Tolerance.assertClose
                        Tolerance.engine
                        (Mlstm.logLikelihoodsBackward network sequence)
                        terms

                    Assert.equal
                        (Array.sum terms)
                        (Model.map
                            RunOptions.none
                            (Output.logLikelihoodBackward true)
                            model
                            sequence)

            testTheory
                "the engine's loss and gradient are those of the definition"
                [ ReadingDirection.Backward; ReadingDirection.Both ]
            <| fun direction ->
                let weights = Waves.weights 5 2
                use trainer = MlstmTrainer.Create(Weights.withHead weights)

                for mean in [ LossMean.PerToken; LossMean.PerSequence ] do
                    let loss, gradient =
                        Gradient.computeIn direction mean (Gradient.ofWeights weights) sequences

                    let found = trainer.Gradient(passes direction, mean, 0, CancellationToken.None)

                    Tolerance.assertNear Tolerance.lossOfEngine loss found.Loss

                    Tolerance.assertEachNamed
                        (Tolerance.assertCloseToLargest Tolerance.gradientOfEngine)
                        gradient
                        (arraysOf (trainer.Gradients()))

            testCase "the loss of both directions is the mean of the two"
            <| fun () ->
                let start = Gradient.ofWeights (Waves.weights 5 2)

                let loss direction =
                    Gradient.computeIn direction LossMean.PerToken start sequences |> fst

                Assert.equal
                    (Gradient.compute LossMean.PerToken start sequences |> fst)
                    (loss ReadingDirection.Forward)

                Tolerance.assertNear
                    1e-12
                    ((loss ReadingDirection.Forward + loss ReadingDirection.Backward) / 2.0)
                    (loss ReadingDirection.Both)

            testCase "a trainer refuses stop within a sequence, and start"
            <| fun () ->
                use trainer = MlstmTrainer.Create(Weights.withHead (Waves.weights 5 2))

                for tokens in
                    [ [| 25uy |]; [| 1uy; 25uy |]; [| 24uy; 1uy |]; [| 25uy; 25uy; 1uy |] ] do
                    Assert.throws<ArgumentException>(fun () ->
                        trainer.Evaluate([| ReadOnlyMemory tokens |]) |> ignore)
                    |> ignore

            testCase "an epoch in both directions reads each sequence once in each"
            <| fun () ->
                use folder = new TestFolder()
                let forward = trainedIn folder "forward" ReadingDirection.Forward
                let both = trainedIn folder "both" ReadingDirection.Both

                let tokens folder =
                    rows folder
                    |> Array.filter (fun row -> row.StartsWith "batch")
                    |> Array.sumBy (fun row -> int (Array.last (row.Split ',')))

                Assert.equal (2 * tokens forward) (tokens both)
                Assert.notEqual (model forward) (model both)

            testCase "a training is resumed in its direction, to the same bits"
            <| fun () ->
                use folder = new TestFolder()

                let options =
                    { quickIn ReadingDirection.Both with
                        Epochs = 2
                    }

                let whole, parted = folder.Path "whole", folder.Path "parted"
                run (request folder options) whole |> ignore
                use stopping = new CancellationTokenSource()

                EvoTuning.run
                    Cpu.automatic
                    (request folder options)
                    parted
                    1e9
                    (after 9 stopping.Cancel)
                    stopping.Token
                |> done'
                |> ignore

                Assert.contains
                    "\"direction\": \"both\""
                    (File.ReadAllText(Path.Combine(parted, "training.json")))

                finish parted
                Assert.equal (model whole) (model parted)

            testCase "a training that an older version wrote down reads forward, and drops gaps"
            <| fun () ->
                use folder = new TestFolder()
                let options = { quick with Epochs = 2 }
                let whole, parted = folder.Path "whole", folder.Path "parted"
                run (request folder options) whole |> ignore
                use stopping = new CancellationTokenSource()

                EvoTuning.run
                    Cpu.automatic
                    (request folder options)
                    parted
                    1e9
                    (after 3 stopping.Cancel)
                    stopping.Token
                |> done'
                |> ignore

                let path = Path.Combine(parted, "training.json")

                let older =
                    File.ReadAllLines path
                    |> Array.filter (fun line ->
                        not (line.Contains "\"direction\"" || line.Contains "\"gapsAsX\""))
                    |> String.concat "\n"

                Assert.doesNotContain "direction" older
                File.WriteAllText(path, older)
                finish parted
                Assert.equal (model whole) (model parted)

            testTheory
                "the card of a tuned model tells the direction, and its model reads so"
                [
                    ReadingDirection.Forward, "epochs;"
                    ReadingDirection.Backward, "epochs, read backward;"
                    ReadingDirection.Both, "epochs, read in both directions;"
                ]
            <| fun (direction, text) ->
                let tuned = tunedFrom (RandomWeights.create 3UL (MlstmShape(20, 1, 10))) direction
                Assert.isTrue tuned.IsImproved
                Assert.contains text tuned.Weights.Card.Provenance
                use model = TestModels.ofWeights tuned.Weights
                Assert.equal direction model.Direction

            testCase "only the last training that changed a model counts"
            <| fun () ->
                let card provenance : WeightCard =
                    {
                        Name = "a"
                        Version = ""
                        License = ""
                        Provenance = provenance
                    }

                let both = TrainingProvenance.card (card "x") 5 3 ReadingDirection.Both
                let idle = TrainingProvenance.card both 5 0 ReadingDirection.Forward
                let again = TrainingProvenance.card both 5 2 ReadingDirection.Forward
                Assert.equal ReadingDirection.Forward (TrainingProvenance.directionOf (card "x"))
                Assert.equal ReadingDirection.Both (TrainingProvenance.directionOf both)
                Assert.equal ReadingDirection.Both (TrainingProvenance.directionOf idle)
                Assert.equal ReadingDirection.Forward (TrainingProvenance.directionOf again)

            testTheory
                "match columns keep their places: a gap is X, and insertions are dropped"
                [ "mKV.D-w", "KVDX"; "--A..", "XXA"; "KVxD", "KVD" ]
            <| fun (text, letters) ->
                use folder = new TestFolder()
                let path = folder.WriteText("x.a2m", $">a\n{text}\n")

                let records =
                    IO.SequenceFile.loadWith
                        { IO.SequenceFile.defaults with
                            GapsAsX = true
                        }
                        path
                    |> Result.orRaise

                Assert.equal letters records[0].Sequence.Letters

            testCase "a slice of a sequence has its letters and tokens"
            <| fun () ->
                let slice = Sequence.slice 2 3 (Golden.parse "MKTAY")
                Assert.equal (Golden.parse "TAY") slice
                Assert.equal ((Golden.parse "TAY").Tokens.ToArray()) (slice.Tokens.ToArray())

                Assert.throws<ArgumentOutOfRangeException>(fun () ->
                    Sequence.slice 3 3 (Golden.parse "MKTAY") |> ignore)
                |> ignore
        ]
