module UniRep.Tests.TorchScanTests

open System
open System.Threading
open TorchSharp
open UniRep
open UniRep.Compute
open UniRep.Definition
open Expecto
open UniRep.Testing

let private cpu () =
    TorchTestModels.require ()
    new torch.Device(DeviceType.CPU)

let private watch =
    {
        States = None
        Computed = ignore
        Cancellation = CancellationToken.None
    }

/// Sequences of residues of some lengths.
let private sequences (lengths: int list) =
    let random = Random 7

    lengths
    |> List.map (fun length ->
        Golden.parse (String(Array.init length (fun _ -> "ACDEFGHIKLMNPQRSTVWY"[random.Next 20]))))

let private rows (tensor: torch.Tensor) =
    HostArray.ofTensor tensor
    |> Array.map float
    |> Array.chunkBySize (int tensor.shape[1])

let private forward (sequence: Sequence) =
    DirectedSequence(sequence.Tokens, MlstmShape.Start)

let private scan (weights: Weights) (sequences: Sequence list) =
    use network = TorchScan.network (cpu ()) TorchPrecision.Float32 weights.Arrays

    let found =
        sequences
        |> List.map forward
        |> Array.ofList
        |> RaggedBatch
        |> TorchScan.scan network watch

    rows found.Average, rows found.Final, rows found.Cell

[<Tests>]
let tests =
    testList
        "TorchScanTests"
        [
            testTheory
                "a scan of a ragged batch gives what the definition gives for each sequence"
                [ 33, 1; 5, 2; 8, 3 ]
            <| fun (units, layers) ->
                let weights = Waves.weights units layers
                let sequences = sequences [ 70; 41; 41; 40; 3; 1 ]
                let average, final, cell = scan weights sequences
                let network = Mlstm.network weights

                let expected =
                    sequences |> List.map (Mlstm.states network >> Array.ofSeq) |> Array.ofList

                (expected, average)
                ||> Tolerance.assertEach (fun states found ->
                    let mean unit =
                        states |> Array.averageBy (fun state -> state.H[unit])

                    Tolerance.assertClose Tolerance.engine (Array.init units mean) found)

                (expected, final)
                ||> Tolerance.assertEach (fun states found ->
                    Tolerance.assertClose Tolerance.engine (Array.last states).H.Values found)

                (expected, cell)
                ||> Tolerance.assertEach (fun states found ->
                    Tolerance.assertClose Tolerance.engine (Array.last states).C.Values found)

            testCase "one step of a batch is the definition's step of each row"
            <| fun () ->
                let weights = Waves.weights 6 1
                let definition = Mlstm.network weights
                use network = TorchScan.network (cpu ()) TorchPrecision.Float32 weights.Arrays
                let layer = network.Layers.Head

                let states =
                    [|
                        for k in 1..3 ->
                            {
                                H = Vector<hidden>(Array.init 6 (fun j -> sin (float (k * j))))
                                C =
                                    Vector<hidden>(
                                        Array.init 6 (fun j -> 3.0 * cos (float (k + j)))
                                    )
                            }
                    |]

                let table (values: State -> Vector<hidden>) =
                    torch.tensor (
                        states
                        |> Array.collect (fun state -> (values state).Values |> Array.map float32),
                        ReadOnlySpan [| 3L; 6L |]
                    )

                let tokens = [| 24L; 1L; 5L |]
                let h, c = table _.H, table _.C
                let struct (xm, xz) = TorchScan.inputs layer (torch.tensor tokens)
                let next = TorchScan.step layer xm xz h c |> rows

                let expected =
                    (states, tokens)
                    ||> Array.map2 (fun state token ->
                        Mlstm.step definition.First state (Matrix.row (int token) definition.Embed))

                Tolerance.assertEach
                    (fun (state: State) found ->
                        Tolerance.assertClose Tolerance.engine state.H.Values found)
                    expected
                    next

                Tolerance.assertEach
                    (fun (state: State) found ->
                        Tolerance.assertClose Tolerance.engine state.C.Values found)
                    expected
                    (rows c)

            testCase "sequences leave a batch as they end"
            <| fun () ->
                let batch =
                    RaggedBatch(sequences [ 4; 2; 2; 1 ] |> List.map forward |> Array.ofList)

                Assert.equal 5 batch.Steps
                Assert.equal [| 4; 4; 3; 1; 1 |] batch.Active
                Assert.equal 13 ((batch.Inputs 0 4).Length)
                Assert.equal (Array.replicate 4 24L) (batch.Inputs 0 0)
                Assert.equal [ 0, 0; 1, 1; 2, 3; 4, 4 ] (batch.Blocks 0 4 6)

            testCase "the last token predicts stop, and every other the token after it"
            <| fun () ->
                let sequence = Golden.parse "MKV"
                let batch = RaggedBatch [| forward sequence |]
                let next = Array.append (sequence.Tokens.ToArray() |> Array.map int64) [| 25L |]
                Assert.equal (next |> Array.map (fun token -> token - 1L)) (batch.Targets 0 3)

            testCase "a sequence that is read backward begins with stop, and predicts start last"
            <| fun () ->
                let sequence = Golden.parse "MKV"
                let reversed = Array.rev (sequence.Tokens.ToArray())

                let backward =
                    DirectedSequence.Read(ReadOnlyMemory(Array.append [| 25uy |] reversed))

                let batch = RaggedBatch [| backward |]
                let tokens = reversed |> Array.map int64
                Assert.equal (Array.append [| 25L |] tokens) (batch.Inputs 0 3)

                Assert.equal
                    (Array.append tokens [| 24L |] |> Array.map (fun token -> token - 1L))
                    (batch.Targets 0 3)
        ]
