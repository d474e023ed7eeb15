module UniRep.Tests.ProjectionTests

open System
open UniRep
open UniRep.Charts
open UniRep.Training
open Expecto
open UniRep.Testing

/// Whole numbers, so that other programs make the same ones.
let private vectors rows columns (formula: int -> int -> int) =
    Array.init rows (fun i -> Array.init columns (fun j -> float32 (formula i j)))

let private tall = vectors 8 5 (fun i j -> (7 * i + 3 * j * j + i * j) % 11)

let private wide = vectors 5 12 (fun i j -> (5 * i * i + 7 * j + 2 * i * j) % 17)

let private random seed rows columns =
    let random = SplitMix seed

    Array.init rows (fun _ -> Array.init columns (fun _ -> float32 (random.Normal())))

let private close (expected: float[,]) (actual: float[,]) =
    Tolerance.assertClose
        Tolerance.definition
        (Seq.toArray (Seq.cast expected))
        (Seq.toArray (Seq.cast actual))

[<Tests>]
let tests =
    testList
        "ProjectionTests"
        [
            // numpy 1.24: u, s, vt = svd(x - x.mean(0)); coordinates u * s, shares s² / Σs²; the sign as documented.
            testCase "more vectors than dimensions have the components that numpy finds"
            <| fun () ->
                let projection = Projection.pca 3 tall

                close
                    (array2D
                        [
                            [ -3.925583225238; 0.264104423864; -4.711205392071 ]
                            [ 6.724406416029; -2.206639971766; -0.64105314515 ]
                            [ -0.890015457926; -2.912246007593; -0.599069692306 ]
                            [ 2.23106523307; -0.481674194068; 4.833921110864 ]
                            [ 0.429128074168; -2.156946418081; 1.361553716193 ]
                            [ -7.185293799787; -2.862552453909; 1.403537169036 ]
                            [ -1.555339515843; 8.466271527361; 1.593761092177 ]
                            [ 4.171632275526; 1.889683094193; -3.241444858743 ]
                        ])
                    projection.Coordinates

                Tolerance.assertClose
                    Tolerance.definition
                    [| 0.390058126855; 0.287523781344; 0.178602239439 |]
                    projection.Explained

            testCase "fewer vectors than dimensions have the components that numpy finds"
            <| fun () ->
                let projection = Projection.pca 3 wide

                close
                    (array2D
                        [
                            [ 14.534221653136; -0.130044716727; 9.22559530586 ]
                            [ -14.91687511981; -5.838471837332; 1.359180991495 ]
                            [ 4.308845103801; -10.507958890143; -4.903800091057 ]
                            [ -11.411943863249; 8.639323084598; 2.654081132946 ]
                            [ 7.485752226121; 7.837152359605; -8.335057339243 ]
                        ])
                    projection.Coordinates

                Tolerance.assertClose
                    Tolerance.definition
                    [| 0.543945364276; 0.238995507264; 0.159730463847 |]
                    projection.Explained

            testTheory
                "coordinates are centred and uncorrelated, and their variances fall as the shares do"
                [ 60, 20; 20, 60 ]
            <| fun (rows: int, columns: int) ->
                let projection = Projection.pca 10 (random 5UL rows columns)
                let column k = projection.Coordinates[*, k]

                for k in 0..9 do
                    Tolerance.assertNear 1e-9 0.0 (Array.sum (column k))

                    for l in 0 .. k - 1 do
                        Tolerance.assertNear
                            1e-9
                            0.0
                            (Array.map2 (*) (column k) (column l) |> Array.sum)

                let variance k =
                    column k |> Array.sumBy (fun value -> value * value)

                for k in 1..9 do
                    Assert.isTrue (variance k <= variance (k - 1))

                    Assert.isWithin
                        (1e-9)
                        (variance k / variance 0)
                        (projection.Explained[k] / projection.Explained[0])

                Assert.isBetween 0.0 1.0 (Array.sum projection.Explained)

            testCase "all components together explain all variance and keep every distance"
            <| fun () ->
                let vectors = random 6UL 30 8
                let projection = Projection.pca 8 vectors
                Tolerance.assertNear 1e-12 1.0 (Array.sum projection.Explained)

                let squared (a: float[]) (b: float[]) =
                    Array.fold2 (fun sum x y -> sum + (x - y) * (x - y)) 0.0 a b

                for i in 1..29 do
                    Assert.isWithin
                        (1e-9)
                        (squared (Array.map float vectors[0]) (Array.map float vectors[i]))
                        (squared projection.Coordinates[0, *] projection.Coordinates[i, *])

            testCase "moving all vectors changes nothing, and equal vectors lie at zero"
            <| fun () ->
                let moved = tall |> Array.map (Array.map (fun value -> value + 3.0f))
                close (Projection.pca 2 tall).Coordinates (Projection.pca 2 moved).Coordinates
                let equal = Projection.pca 2 (Array.create 4 [| 1.0f; 2.0f; 3.0f |])
                close (Array2D.zeroCreate 4 2) equal.Coordinates
                Assert.equal [| 0.0; 0.0 |] equal.Explained

            testCase "more dimensions than vectors are zero beyond them"
            <| fun () ->
                let projection = Projection.pca 5 (random 7UL 3 9)
                Tolerance.assertNear 1e-9 1.0 (projection.Explained[0] + projection.Explained[1])

                for k in 2..4 do
                    Tolerance.assertNear 1e-12 0.0 projection.Explained[k]

                    for i in 0..2 do
                        Tolerance.assertNear 1e-6 0.0 projection.Coordinates[i, k]

            testCase "wrong vectors are refused"
            <| fun () ->
                let refused dimensions vectors =
                    Assert.throws<ArgumentException>(fun () ->
                        Projection.pca dimensions vectors |> ignore)
                    |> ignore

                refused 1 []
                refused 1 [ [| 1.0f |] ]
                refused 1 [ [| 1.0f |]; [| 1.0f; 2.0f |] ]
                refused 3 [ [| 1.0f; 2.0f |]; [| 2.0f; 1.0f |] ]
                refused 0 [ [| 1.0f; 2.0f |]; [| 2.0f; 1.0f |] ]
        ]
