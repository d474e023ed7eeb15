module UniRep.Tests.RandomWeightsTests

open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open Xunit

let private shape = (MlstmShape(24, 2, 10))

let private dot (a: float32[]) (b: float32[]) =
    Array.fold2 (fun sum x y -> sum + float x * float y) 0.0 a b

[<Fact>]
let ``matrices are orthogonal along their shorter axis`` () =
    let weights = RandomWeights.create 5UL shape

    for layer in weights.Layers do
        for matrix, columns in [ layer.Wmx, 24; layer.Wmh, 24; layer.Wx, 96; layer.Wh, 96 ] do
            let rows = Array.chunkBySize columns matrix

            for i in 0 .. rows.Length - 1 do
                for j in 0..i do
                    Tolerance.assertNear 1e-5 (if i = j then 1.0 else 0.0) (dot rows[i] rows[j])

[<Fact>]
let ``a layer narrower than its input is orthogonal by columns`` () =
    let weights =
        RandomWeights.create 5UL (MlstmShape(4, shape.Layers, shape.Embedding))

    let columns = weights.Layers.Head.Wmx |> Array.chunkBySize 4 |> Array.transpose

    for i in 0..3 do
        for j in 0..3 do
            Tolerance.assertNear 1e-5 (if i = j then 1.0 else 0.0) (dot columns[i] columns[j])

[<Fact>]
let ``gains are 1, biases 3, the embedding lies between -1 and 1`` () =
    let weights = RandomWeights.create 5UL shape

    for layer in weights.Layers do
        Assert.All(layer.B, fun b -> Assert.Equal(3.0f, b))

        Assert.All(
            Array.concat [ layer.Gmx; layer.Gmh; layer.Gx; layer.Gh ],
            fun g -> Assert.Equal(1.0f, g)
        )

    Assert.InRange(Array.max weights.Embed, 0.8f, 1.0f)
    Assert.InRange(Array.min weights.Embed, -1.0f, -0.8f)

[<Fact>]
let ``the seed decides the weights`` () =
    let fingerprint seed =
        WeightFile.fingerprint (RandomWeights.create seed shape)

    Assert.Equal(fingerprint 1UL, fingerprint 1UL)
    Assert.NotEqual<string>(fingerprint 1UL, fingerprint 2UL)

[<Fact>]
let ``random weights can be cancelled`` () =
    use stopping = new System.Threading.CancellationTokenSource()
    stopping.Cancel()

    Assert.ThrowsAny<System.OperationCanceledException>(fun () ->
        RandomWeights.createUntil stopping.Token 5UL shape |> ignore)
    |> ignore
