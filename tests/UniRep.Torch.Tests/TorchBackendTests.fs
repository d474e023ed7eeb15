module UniRep.Tests.TorchBackendTests

open System
open System.IO
open UniRep
open Expecto
open UniRep.Testing

let private floats (values: float32[]) = Array.map float values

let private mixed = TorchTestModels.mixed

/// Asserts that representations agree, average, final and cell.
let private assertAgree tolerance (expected: Rep seq) (actual: Rep seq) =
    (expected, actual)
    ||> Tolerance.assertEach (fun e a ->
        Tolerance.assertClose tolerance (floats (Rep.fusion e)) (floats (Rep.fusion a)))

let private openModel () = TorchTestModels.load "open-256"

let private engineModel () =
    Model.load Cpu.automatic "open-256" |> Result.orRaise

[<Tests>]
let tests =
    testList
        "TorchBackendTests"
        [
            testCase "vectors agree with those of the engine, in the order of the input"
            <| fun () ->
                use model = openModel ()
                use engine = engineModel ()

                assertAgree
                    TorchTolerance.engine
                    (Model.representMany engine mixed)
                    (Model.representMany model mixed)

            testCase "states, logits and likelihoods agree with those of the engine"
            <| fun () ->
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

            testCase "a sequence's numbers depend on its batch by rounding alone"
            <| fun () ->
                use model = openModel ()
                let together = Model.representMany model mixed |> Array.ofSeq

                let reversed =
                    Model.representMany model (List.rev mixed) |> Array.ofSeq |> Array.rev

                let alone = mixed |> List.map (Model.represent model) |> Array.ofList
                assertAgree TorchTolerance.batch together reversed
                assertAgree TorchTolerance.batch together alone

                let worst =
                    Array.map2
                        (fun a b ->
                            Tolerance.largestDifference
                                (floats (Rep.fusion a))
                                (floats (Rep.fusion b)))
                        together
                        alone
                    |> Array.max

                printfn $"alone and in a batch: max |difference| = {worst:E2}"

            testCase "a batch may be smaller than the input"
            <| fun () ->
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

            testCase "products of bfloat16 keep gates and cell in float32"
            <| fun () ->
                use exact = openModel ()

                use model =
                    Model.load
                        (TorchTestModels.backendWith
                            { TorchTestModels.options with
                                Precision = TorchPrecision.BFloat16
                            })
                        "open-256"
                    |> Result.orRaise

                Assert.equal "bfloat16" model.Precision

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

                Assert.isBetween
                    0
                    (cells.Length / 100)
                    (cells |> Array.filter isCoarse |> Array.length)

            testCase "a model says on what it runs"
            <| fun () ->
                use model = openModel ()
                Assert.equal "float32" model.Precision
                Assert.isTrue model.Device.IsCpu
                Assert.startsWith "Model open-256: 256 units × 1 layer" (string model)

            testCase "the four thousand vectors of the original program come out"
            <| fun () ->
                let sequences, expected = Golden.published ()
                use model = TorchTestModels.load (TestFiles.sharedPath "weights/paper-64")
                Assert.equal 4000 sequences.Length

                let reps =
                    sequences
                    |> Model.representMany model
                    |> Seq.map (fun rep -> floats rep.Average)
                    |> Array.ofSeq

                (expected, reps)
                ||> Tolerance.assertEach (Tolerance.assertWithin Tolerance.published)

                let worst = Array.map2 Tolerance.largestDifference expected reps |> Array.max

                printfn $"4,000 published vectors: max |difference| = {worst:E2}"
        ]
