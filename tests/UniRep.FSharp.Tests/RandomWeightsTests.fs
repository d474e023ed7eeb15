module UniRep.Tests.RandomWeightsTests

open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open Expecto
open UniRep.Testing

let private shape = (MlstmShape(24, 2, 10))

let private dot (a: float32[]) (b: float32[]) =
    Array.fold2 (fun sum x y -> sum + float x * float y) 0.0 a b

[<Tests>]
let tests =
    testList
        "RandomWeightsTests"
        [
            testCase "matrices are orthogonal along their shorter axis"
            <| fun () ->
                let weights = RandomWeights.create 5UL shape

                for layer in weights.Layers do
                    for matrix, columns in
                        [ layer.Wmx, 24; layer.Wmh, 24; layer.Wx, 96; layer.Wh, 96 ] do
                        let rows = Array.chunkBySize columns matrix

                        for i in 0 .. rows.Length - 1 do
                            for j in 0..i do
                                Tolerance.assertNear
                                    1e-5
                                    (if i = j then 1.0 else 0.0)
                                    (dot rows[i] rows[j])

            testCase "a layer narrower than its input is orthogonal by columns"
            <| fun () ->
                let weights =
                    RandomWeights.create 5UL (MlstmShape(4, shape.Layers, shape.Embedding))

                let columns = weights.Layers.Head.Wmx |> Array.chunkBySize 4 |> Array.transpose

                for i in 0..3 do
                    for j in 0..3 do
                        Tolerance.assertNear
                            1e-5
                            (if i = j then 1.0 else 0.0)
                            (dot columns[i] columns[j])

            testCase "gains are 1, biases 3, the embedding lies between -1 and 1"
            <| fun () ->
                let weights = RandomWeights.create 5UL shape

                for layer in weights.Layers do
                    for b in layer.B do
                        Assert.equal 3.0f b

                    for g in (Array.concat [ layer.Gmx; layer.Gmh; layer.Gx; layer.Gh ]) do
                        Assert.equal 1.0f g

                Assert.isBetween 0.8f 1.0f (Array.max weights.Embed)
                Assert.isBetween (-1.0f) (-0.8f) (Array.min weights.Embed)

            testCase "the seed decides the weights"
            <| fun () ->
                let fingerprint seed =
                    WeightFile.fingerprint (RandomWeights.create seed shape)

                Assert.equal (fingerprint 1UL) (fingerprint 1UL)
                Assert.notEqual (fingerprint 1UL) (fingerprint 2UL)

            testCase "random weights can be cancelled"
            <| fun () ->
                use stopping = new System.Threading.CancellationTokenSource()
                stopping.Cancel()

                Assert.throws<System.OperationCanceledException>(fun () ->
                    RandomWeights.createUntil stopping.Token 5UL shape |> ignore)
                |> ignore
        ]
