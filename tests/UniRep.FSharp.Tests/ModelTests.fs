module UniRep.Tests.ModelTests

open System
open System.IO
open UniRep
open Xunit

let private goldenFolder = TestFiles.repositoryPath "tests/golden"
let private floats (values: float32[]) = Array.map float values

let private load nameOrPath =
    match Model.load Backend.automatic nameOrPath with
    | Ok model -> model
    | Error error -> invalidOp (WeightStore.describe error)

/// Compares every sequence of a golden set with the engine.
let private check (model: Model) (golden: Golden.Golden) =
    let close = Tolerance.assertClose Tolerance.engine

    let reps = Model.representMany model golden.Sequences |> Array.ofSeq
    Tolerance.assertEach (fun e (rep: Rep) -> close e (floats rep.Average)) golden.Average reps
    Tolerance.assertEach (fun e (rep: Rep) -> close e (floats rep.Final)) golden.Final reps
    Tolerance.assertEach (fun e (rep: Rep) -> close e (floats rep.Cell)) golden.Cell reps

    golden.Sequences
    |> Array.map (Model.logLikelihoods model)
    |> Tolerance.assertEach close golden.LogLikelihoods

[<Theory>]
[<InlineData(5, 2)>]
[<InlineData(33, 1)>]
[<InlineData(1900, 1)>]
let ``the engine gives the golden values of weights by formula`` units layers =
    use model = Model.ofWeights Backend.automatic (Waves.weights units layers)
    check model (Golden.read goldenFolder $"waves-{units}x{layers}")

[<Fact>]
let ``the engine gives the golden values of the embedded model`` () =
    check (UniRep.model ()) (Golden.read goldenFolder "open-256")

[<Theory>]
[<InlineData("paper-64")>]
[<InlineData("paper-256")>]
let ``the engine gives the golden values of the published models`` name =
    let golden = Golden.read (TestFiles.sharedPath "golden") name
    use model = load (TestFiles.sharedPath $"weights/{name}")
    check model golden

[<Fact>]
let ``four thousand vectors of the original program come out`` () =
    let table =
        TestFiles.sharedPath "reference/antibody-64/emi_reps.csv"
        |> File.ReadLines
        |> Seq.skip 1
        |> Seq.map (fun line -> line.Split ',')
        |> Array.ofSeq

    use model = load (TestFiles.sharedPath "weights/paper-64")
    Assert.Equal(4000, table.Length)
    let expected = table |> Array.map (Array.tail >> Array.map float)

    let reps =
        table
        |> Array.map (fun cells -> Golden.parse cells[0])
        |> Model.representMany model
        |> Seq.map (fun rep -> floats rep.Average)
        |> Array.ofSeq

    (expected, reps)
    ||> Tolerance.assertEach (Tolerance.assertWithin Tolerance.published)

    let worst = Array.map2 Tolerance.largestDifference expected reps |> Array.max

    TestContext.Current.SendDiagnosticMessage
        $"4,000 published vectors: max |difference| = {worst:E2}"

[<Fact>]
let ``the published 1900-unit model's state after start is known`` () =
    // h and c after start need neither wh nor wmh: zeros stand in for the two arrays that are not at hand.
    let folder = TestFiles.sharedPath "weights/paper-1900-partial"

    let tensor name file =
        match Formats.Npy.parse (File.ReadAllBytes(Path.Combine(folder, $"{file}:0.npy"))) with
        | Ok array ->
            name,
            {
                Shape = array.Shape
                Values = Formats.Npy.toSingles array
            }
        | Error error -> invalidOp (Formats.Npy.describe error)

    let zeros shape =
        {
            Shape = shape
            Values = Array.zeroCreate (List.fold (*) 1 shape)
        }

    let weights =
        [
            tensor "embed" "embed_matrix"
            tensor "head.w" "fully_connected_weights"
            tensor "head.b" "fully_connected_biases"
            for name in [ "wx"; "wmx"; "b"; "gx"; "gh"; "gmx"; "gmh" ] do
                tensor $"layer0.{name}" $"rnn_mlstm_mlstm_{name}"
            "layer0.wh", zeros [ 1900; 7600 ]
            "layer0.wmh", zeros [ 1900; 1900 ]
        ]
        |> Map.ofList
        |> Weights.ofTensors
            {
                Name = "paper-1900"
                Version = ""
                License = ""
                Provenance = ""
            }

    match weights with
    | Error errors -> Assert.Fail(String.Join("; ", List.map Weights.describe errors))
    | Ok weights ->
        use model = Model.ofWeights Backend.automatic weights
        let states = Model.hiddenStates model (Golden.parse "M")

        let expected =
            [| 0.60370147; 0.47204615; -0.52543325; 0.66618688; 0.66933823; 0.55125937 |]

        let actual = Array.init 6 (fun unit -> float states[0, unit])
        Tolerance.assertClose 1e-6 expected actual
        let sum = Seq.sum (seq { for unit in 0..1899 -> float states[0, unit] })
        Tolerance.assertClose 1e-6 [| 902.12740 |] [| sum |]

let private proteins =
    [
        "MKTAYIAKQRQISFVKSHFSRQ"
        "M"
        "GSHMASMTGGQQMGR"
        "MKTAYIAKQRQISFVKSHFSRQ"
        "XBZJUO"
    ]
    |> List.map Golden.parse

[<Fact>]
let ``many sequences give what each gives alone`` () =
    let model = UniRep.model ()
    let alone = proteins |> List.map (Model.represent model)
    Tolerance.assertSameReps alone (Model.representMany model proteins)

[<Fact>]
let ``hidden states average to the representation`` () =
    let model = UniRep.model ()
    let sequence = proteins.Head
    let states = Model.hiddenStates model sequence
    let rep = Model.represent model sequence
    Assert.Equal(sequence.Length + 1, Array2D.length1 states)

    let mean =
        Array.init 256 (fun unit ->
            Seq.average (seq { for t in 0 .. sequence.Length -> float states[t, unit] }))

    Tolerance.assertClose Tolerance.rounding mean (floats rep.Average)
    Assert.Equal<float32[]>(rep.Final, Array.init 256 (fun unit -> states[sequence.Length, unit]))

[<Fact>]
let ``a log-likelihood is the sum of its terms, with stop or without`` () =
    let model = UniRep.model ()
    let terms = Model.logLikelihoods model proteins.Head
    Tolerance.assertNear 1e-12 (Array.sum terms) (Model.logLikelihood true model proteins.Head)

    Tolerance.assertNear
        1e-9
        (Array.sum terms - Array.last terms)
        (Model.logLikelihood false model proteins.Head)

[<Fact>]
let ``log-likelihoods of many sequences are those of each`` () =
    let model = UniRep.model ()

    (List.map (Model.logLikelihood false model) proteins,
     Model.logLikelihoodMany false model proteins)
    ||> Tolerance.assertEach (Tolerance.assertNear 0.0)

[<Fact>]
let ``reading may stop early and start again`` () =
    let model = UniRep.model ()
    let endless = Seq.initInfinite (fun index -> proteins[index % proteins.Length])
    let first = Model.representMany model endless |> Seq.truncate 3 |> List.ofSeq
    Tolerance.assertSameReps (List.take 3 proteins |> List.map (Model.represent model)) first

[<Fact>]
let ``an exception among the sequences reaches the reader`` () =
    let model = UniRep.model ()

    let failing =
        seq {
            yield proteins.Head
            raise (InvalidOperationException "the source broke")
        }

    let error =
        Assert.Throws<InvalidOperationException>(fun () ->
            Model.representMany model failing |> Seq.length |> ignore)

    Assert.Equal("the source broke", error.Message)

let private distance (expected: Rep) (actual: Rep) =
    let squares (values: float32[]) =
        values |> Array.sumBy (fun x -> float x * float x)

    let difference = Array.map2 (-) expected.Average actual.Average
    sqrt (squares difference / squares expected.Average)

[<Theory>]
[<InlineData("int16w", 5e-5)>]
[<InlineData("int16", 5e-4)>]
[<InlineData("int8", 5e-2)>]
let ``every precision is as near to exact as its table says`` name bound =
    let precision = Backend.precisions |> List.find (fst >> (=) name) |> snd

    let settings =
        { Backend.automatic with
            Precision = precision
        }

    match Model.load settings WeightCatalog.defaultName with
    | Error error -> Assert.Fail(WeightStore.describe error)
    | Ok model ->
        use model = model
        Assert.Equal(name, model.Precision)
        let golden = Golden.read goldenFolder "open-256"

        (Model.representMany (UniRep.model ()) golden.Sequences,
         Model.representMany model golden.Sequences)
        ||> Tolerance.assertEach (fun exact rep ->
            Tolerance.assertNear bound 0.0 (distance exact rep))

[<Fact>]
let ``every instruction set has a name of its own, and what is none has no name`` () =
    let names = Enum.GetValues<Compute.InstructionSet>() |> Array.map Backend.nameOf
    Assert.Equal<string[]>([| "portable"; "FMA-128"; "AVX2"; "AVX-512" |], names)

    Assert.Throws<ArgumentException>(fun () ->
        Backend.nameOf (enum<Compute.InstructionSet> 77) |> ignore)

[<Fact>]
let ``settings that are none are refused`` () =
    for settings in
        [
            { Backend.automatic with
                Precision = enum<Compute.Precision> 77
            }
            { Backend.automatic with
                InstructionSet = Some(enum<Compute.InstructionSet> 77)
            }
            { Backend.automatic with
                Threads = 5000
            }
            { Backend.automatic with Threads = -1 }
        ] do
        Assert.ThrowsAny<ArgumentException>(fun () ->
            Model.load settings WeightCatalog.defaultName |> ignore)
        |> ignore

[<Fact>]
let ``int8 is not offered for small models`` () =
    use folder = new TestFolder()
    let path = folder.Path "small.safetensors"
    WeightFile.save path (Waves.weights 64 1) |> ignore

    let result =
        Model.load
            { Backend.automatic with
                Precision = UniRep.Compute.Precision.Int8
            }
            path

    match result with
    | Error(PrecisionTooLow(_, 64)) -> ()
    | Error error -> Assert.Fail(WeightStore.describe error)
    | Ok _ -> Assert.Fail "loaded"
