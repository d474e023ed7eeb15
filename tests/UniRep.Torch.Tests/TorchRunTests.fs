module UniRep.Tests.TorchRunTests

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep
open UniRep.Compute
open Xunit

let private floats (values: float32[]) = Array.map float values

let private mixed = TorchTestModels.mixed

let private openModel () = TorchTestModels.load "open-256"

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
        Model.mapMany options Output.rep id model (TorchTestModels.proteins [ 20_000 ])
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
let ``weights that the memory does not suffice for are an error`` () =
    let what = "the weights on cuda:0"

    let made =
        TorchMemory.make what (fun () ->
            raise (ExternalException "CUDA out of memory. Tried.\nMore."))

    Assert.Equal(Error(BackendError.OutOfMemory("torch", what, "CUDA out of memory. Tried.")), made)
