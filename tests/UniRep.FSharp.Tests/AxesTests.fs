module UniRep.Tests.AxesTests

open UniRep
open UniRep.Definition
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "AxesTests"
        [
            testCase "a row vector times a matrix sums over the rows"
            <| fun () ->
                let w = Matrix(2<embed>, 3<hidden>, [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |])
                let y = Matrix.apply w (Vector<embed> [| 10.0; 1.0 |])
                Assert.equal [| 14.0; 25.0; 36.0 |] y.Values
                Assert.equal (3<hidden>) y.Length

            testCase "a row is taken out of a matrix"
            <| fun () ->
                let w = Matrix(2<embed>, 3<hidden>, [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |])
                Assert.equal [| 4.0; 5.0; 6.0 |] ((Matrix.row 1 w).Values)

            testCase "sizes that do not fit are refused"
            <| fun () ->
                Assert.throws<System.ArgumentException>(fun () ->
                    Matrix(2<embed>, 3<hidden>, [| 1.0 |]) |> ignore)
                |> ignore

                let w = Matrix(1<embed>, 1<hidden>, [| 1.0 |])

                Assert.throws<System.ArgumentException>(fun () ->
                    Matrix.apply w (Vector<embed> [| 1.0; 2.0 |]) |> ignore)
                |> ignore
        ]
