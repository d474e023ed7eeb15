module UniRep.Tests.TorchRunTests

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep
open UniRep.Compute
open Expecto
open UniRep.Testing

let private floats (values: float32[]) = Array.map float values

let private mixed = TorchTestModels.mixed

let private openModel () = TorchTestModels.load "open-256"

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

    Assert.isTrue (run.Advance())
    run.Close()
    found.ToArray()

[<Tests>]
let tests =
    testList
        "TorchRunTests"
        [
            testCase "progress counts every token that is read"
            <| fun () ->
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

                Assert.equal
                    (mixed |> List.sumBy (fun protein -> int64 protein.Length + 1L))
                    (told[told.Count - 1])

                Assert.equal (List.sort (List.ofSeq told)) (List.ofSeq told)

            testCase "a run can be cancelled within a batch"
            <| fun () ->
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

                Assert.throws<OperationCanceledException>(fun () ->
                    Model.mapMany options Output.rep id model (TorchTestModels.proteins [ 20_000 ])
                    |> Seq.iter ignore)
                |> ignore

            testCase
                "a source that keeps its reader waiting does not hold up the results of what it has given"
            <| fun () ->
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

                Assert.isTrue (results.MoveNext())
                goOn.Set()
                Assert.isTrue (results.MoveNext())
                Assert.isFalse (results.MoveNext())

            testCase "what a source raises comes after the results before it"
            <| fun () ->
                use model = openModel ()

                let source =
                    seq {
                        mixed[0]
                        invalidOp "the source broke"
                    }

                let results =
                    Model.mapMany RunOptions.none Output.rep id model source |> _.GetEnumerator()

                Assert.isTrue (results.MoveNext())

                let error =
                    Assert.throws<InvalidOperationException>(fun () -> results.MoveNext() |> ignore)

                Assert.equal "the source broke" error.Message

            testCase "a model that is disposed of does not run"
            <| fun () ->
                let model = openModel ()
                model.Dispose()

                Assert.throws<ObjectDisposedException>(fun () ->
                    Model.represent model mixed[0] |> ignore)
                |> ignore

            testCase "a model without a head gives vectors and no logits"
            <| fun () ->
                let tensors = Waves.tensors 5 1 |> Map.remove "head.w" |> Map.remove "head.b"

                let weights =
                    Weights.ofTensors (Waves.weights 5 1).Card tensors |> Result.orRaiseAll

                use model = TorchTestModels.ofWeights weights
                Assert.equal 5 ((Model.represent model mixed[0]).Average.Length)

                let error =
                    Assert.throws<UniRepException>(fun () -> Model.logits model mixed[0] |> ignore)

                Assert.equal "NoHead" error.Case

            testCase "a batch that the memory does not suffice for is halved, and that is told"
            <| fun () ->
                let weights = Waves.weights 33 1
                let told = List<string>()
                let found = runWithMemoryFor 2 weights mixed told.Add
                use engine = Model.ofWeights Cpu.automatic weights |> Result.orRaise

                (Model.representMany engine mixed, found)
                ||> Tolerance.assertEach (fun (e: Rep) a ->
                    Tolerance.assertClose TorchTolerance.engine (floats e.Final) (floats a))

                Assert.equal
                    [
                        "cpu has too little memory for 8 sequences at a time: going on with 4"
                        "cpu has too little memory for 4 sequences at a time: going on with 2"
                        "cpu has too little memory for 4 sequences at a time: going on with 2"
                    ]
                    (List.ofSeq told)

            testCase "one sequence that the memory does not suffice for is an error"
            <| fun () ->
                let error =
                    Assert.throws<UniRepException>(fun () ->
                        runWithMemoryFor 0 (Waves.weights 5 1) mixed ignore |> ignore)

                Assert.equal "OutOfMemory" error.Case
                Assert.contains "residues on cpu: CUDA out of memory" error.Message

            testCase "weights that the memory does not suffice for are an error"
            <| fun () ->
                let what = "the weights on cuda:0"

                let made =
                    TorchMemory.make what (fun () ->
                        raise (ExternalException "CUDA out of memory. Tried.\nMore."))

                Assert.equal
                    (Error(BackendError.OutOfMemory("torch", what, "CUDA out of memory. Tried.")))
                    made
        ]
