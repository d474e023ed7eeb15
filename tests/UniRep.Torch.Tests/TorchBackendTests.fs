module UniRep.Tests.TorchBackendTests

open System
open System.Collections.Generic
open System.IO
open System.Runtime.InteropServices
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.ModelFiles
open Xunit

let private floats (values: float32[]) = Array.map float values

/// Proteins by chance, of some lengths in a mixed order.
let private proteins (lengths: int list) =
    let random = Random 11

    lengths
    |> List.map (fun length ->
        Golden.parse (String(Array.init length (fun _ -> "ACDEFGHIKLMNPQRSTVWY"[random.Next 20]))))

let private mixed = proteins [ 3; 120; 1; 57; 57; 300; 18; 2; 121; 40 ]

/// Asserts that representations agree, average, final and cell.
let private assertAgree tolerance (expected: Rep seq) (actual: Rep seq) =
    (expected, actual)
    ||> Tolerance.assertEach (fun e a ->
        Tolerance.assertClose tolerance (floats (Rep.fusion e)) (floats (Rep.fusion a)))

let private openModel () = TorchTestModels.load "open-256"

let private engineModel () =
    Model.load Cpu.automatic "open-256" |> Result.orRaise

[<Fact>]
let ``vectors agree with those of the engine, in the order of the input`` () =
    use model = openModel ()
    use engine = engineModel ()

    assertAgree
        TorchTolerance.engine
        (Model.representMany engine mixed)
        (Model.representMany model mixed)

[<Fact>]
let ``states, logits and likelihoods agree with those of the engine`` () =
    use model = openModel ()
    use engine = engineModel ()

    let table (values: float32[,]) =
        values |> Seq.cast<float32> |> Array.ofSeq |> floats

    for protein in [ mixed[2]; mixed[5] ] do
        for output in [ Model.hiddenStates; Model.logits ] do
            Tolerance.assertClose
                TorchTolerance.engine
                (table (output engine protein))
                (table (output model protein))

    Tolerance.assertClose
        TorchTolerance.engine
        (Model.logLikelihoodMany true engine mixed |> Array.ofSeq)
        (Model.logLikelihoodMany true model mixed |> Array.ofSeq)

[<Fact>]
let ``a sequence's numbers depend on its batch by rounding alone`` () =
    use model = openModel ()
    let together = Model.representMany model mixed |> Array.ofSeq

    let reversed =
        Model.representMany model (List.rev mixed) |> Array.ofSeq |> Array.rev

    let alone = mixed |> List.map (Model.represent model) |> Array.ofList
    assertAgree TorchTolerance.batch together reversed
    assertAgree TorchTolerance.batch together alone

    let worst =
        Array.map2
            (fun a b -> Tolerance.largestDifference (floats (Rep.fusion a)) (floats (Rep.fusion b)))
            together
            alone
        |> Array.max

    TestContext.Current.SendDiagnosticMessage $"alone and in a batch: max |difference| = {worst:E2}"

[<Fact>]
let ``a batch may be smaller than the input`` () =
    use all = openModel ()

    use model =
        Model.load
            (TorchTestModels.backendWith
                { TorchTestModels.options with
                    BatchSize = 3
                })
            "open-256"
        |> Result.orRaise

    assertAgree
        TorchTolerance.batch
        (Model.representMany all mixed)
        (Model.representMany model mixed)

[<Fact>]
let ``products of bfloat16 keep gates and cell in float32`` () =
    use exact = openModel ()

    use model =
        Model.load
            (TorchTestModels.backendWith
                { TorchTestModels.options with
                    Precision = TorchPrecision.BFloat16
                })
            "open-256"
        |> Result.orRaise

    Assert.Equal("bfloat16", model.Precision)

    let expected, found =
        Model.representMany exact mixed |> Array.ofSeq,
        Model.representMany model mixed |> Array.ofSeq

    (expected, found)
    ||> Tolerance.assertEach (fun (e: Rep) a ->
        Tolerance.assertCloseToLargest
            TorchTolerance.bfloat16
            (floats e.Average)
            (floats a.Average))

    // Cells of bfloat16 would be multiples of 2⁻⁸ of their power of two: few would have bits beyond.
    let isCoarse (value: float32) =
        BitConverter.SingleToUInt32Bits value &&& 0xffffu = 0u

    let cells = found |> Array.collect _.Cell
    Assert.InRange(cells |> Array.filter isCoarse |> Array.length, 0, cells.Length / 100)

[<Fact>]
let ``a model says on what it runs`` () =
    use model = openModel ()
    Assert.Equal("float32", model.Precision)
    Assert.True(model.Device.IsCpu)
    Assert.StartsWith("Model open-256: 256 units × 1 layer", string model)

[<Fact>]
let ``progress counts every token that is read`` () =
    use model = openModel ()
    let told = List<int64>()

    let options =
        { RunOptions.none with
            Progress =
                Some
                    { new IProgress<int64> with
                        member _.Report value = told.Add value
                    }
        }

    Model.mapMany options Output.rep id model mixed |> Seq.iter ignore

    Assert.Equal(
        mixed |> List.sumBy (fun protein -> int64 protein.Length + 1L),
        told[told.Count - 1]
    )

    Assert.Equal<int64 seq>(Seq.sort told, told)

[<Fact>]
let ``a run can be cancelled within a batch`` () =
    use model = openModel ()
    use cancellation = new CancellationTokenSource()

    let options =
        {
            Progress =
                Some
                    { new IProgress<int64> with
                        member _.Report _ = cancellation.Cancel()
                    }
            Cancellation = cancellation.Token
        }

    Assert.ThrowsAny<OperationCanceledException>(fun () ->
        Model.mapMany options Output.rep id model (proteins [ 20_000 ])
        |> Seq.iter ignore)
    |> ignore

[<Fact>]
let ``a source that keeps its reader waiting does not hold up the results of what it has given``
    ()
    =
    use model = openModel ()
    use goOn = new ManualResetEventSlim()

    let source =
        seq {
            mixed[0]
            goOn.Wait()
            mixed[1]
        }

    let results =
        Model.mapMany RunOptions.none Output.rep id model source |> _.GetEnumerator()

    Assert.True(results.MoveNext())
    goOn.Set()
    Assert.True(results.MoveNext())
    Assert.False(results.MoveNext())

[<Fact>]
let ``what a source raises comes after the results before it`` () =
    use model = openModel ()

    let source =
        seq {
            mixed[0]
            invalidOp "the source broke"
        }

    let results =
        Model.mapMany RunOptions.none Output.rep id model source |> _.GetEnumerator()

    Assert.True(results.MoveNext())

    let error =
        Assert.Throws<InvalidOperationException>(fun () -> results.MoveNext() |> ignore)

    Assert.Equal("the source broke", error.Message)

[<Fact>]
let ``a model that is disposed of does not run`` () =
    let model = openModel ()
    model.Dispose()

    Assert.Throws<ObjectDisposedException>(fun () -> Model.represent model mixed[0] |> ignore)
    |> ignore

[<Fact>]
let ``a model without a head gives vectors and no logits`` () =
    let tensors = Waves.tensors 5 1 |> Map.remove "head.w" |> Map.remove "head.b"

    let weights =
        Weights.ofTensors (Waves.weights 5 1).Card tensors |> Result.orRaiseAll

    use model = TorchTestModels.ofWeights weights
    Assert.Equal(5, (Model.represent model mixed[0]).Average.Length)

    let error =
        Assert.Throws<UniRepException>(fun () -> Model.logits model mixed[0] |> ignore)

    Assert.Equal("NoHead", error.Case)

/// Runs over sequences with a scan that has memory for so many of them.
let private runWithMemoryFor most (weights: Weights) (sequences: Sequence list) log =
    TorchTestModels.require ()

    let options =
        { TorchTestModels.options with
            Log = log
        }

    let device = new TorchSharp.torch.Device(TorchSharp.DeviceType.CPU)
    use network = TorchScan.network device TorchPrecision.Float32 weights.Arrays
    let remaining = Queue sequences
    let found = List<float32[]>()

    let source =
        { new ISequenceSource with
            member _.IsAtHand = true

            member _.TryRead(tokens) =
                match remaining.TryDequeue() with
                | true, sequence ->
                    tokens <- sequence.Tokens
                    true
                | _ -> false
        }

    let sink =
        { new ISequenceSink with
            member _.Write(output) = found.Add(output.Final.ToArray())
        }

    let scan network watch (batch: RaggedBatch) =
        if batch.Lanes > most then
            raise (ExternalException "CUDA out of memory. Tried to allocate 2.00 GiB.")

        TorchScan.scan network watch batch

    let run =
        TorchRun(scan, network, options, ref 8, source, sink, Outputs.Vectors, RunOptions.none)

    Assert.True(run.Advance())
    run.Close()
    found.ToArray()

[<Fact>]
let ``a batch that the memory does not suffice for is halved, and that is told`` () =
    let weights = Waves.weights 33 1
    let told = List<string>()
    let found = runWithMemoryFor 2 weights mixed told.Add
    use engine = Model.ofWeights Cpu.automatic weights |> Result.orRaise

    (Model.representMany engine mixed, found)
    ||> Tolerance.assertEach (fun (e: Rep) a ->
        Tolerance.assertClose TorchTolerance.engine (floats e.Final) (floats a))

    Assert.Equal<string list>(
        [
            "cpu has too little memory for 8 sequences at a time: going on with 4"
            "cpu has too little memory for 4 sequences at a time: going on with 2"
            "cpu has too little memory for 4 sequences at a time: going on with 2"
        ],
        List.ofSeq told
    )

[<Fact>]
let ``one sequence that the memory does not suffice for is an error`` () =
    let error =
        Assert.Throws<UniRepException>(fun () ->
            runWithMemoryFor 0 (Waves.weights 5 1) mixed ignore |> ignore)

    Assert.Equal("OutOfMemory", error.Case)
    Assert.Contains("residues on cpu: CUDA out of memory", error.Message)

[<Fact>]
let ``the four thousand vectors of the original program come out`` () =
    let table =
        TestFiles.sharedPath "reference/antibody-64/emi_reps.csv"
        |> File.ReadLines
        |> Seq.skip 1
        |> Seq.map (fun line -> line.Split ',')
        |> Array.ofSeq

    use model = TorchTestModels.load (TestFiles.sharedPath "weights/paper-64")
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
