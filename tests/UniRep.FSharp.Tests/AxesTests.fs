module UniRep.Tests.AxesTests

open UniRep
open UniRep.Definition
open Xunit

[<Fact>]
let ``a row vector times a matrix sums over the rows`` () =
    let w = Matrix(2<embed>, 3<hidden>, [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |])
    let y = Matrix.apply w (Vector<embed> [| 10.0; 1.0 |])
    Assert.Equal<float[]>([| 14.0; 25.0; 36.0 |], y.Values)
    Assert.Equal(3<hidden>, y.Length)

[<Fact>]
let ``a row is taken out of a matrix`` () =
    let w = Matrix(2<embed>, 3<hidden>, [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |])
    Assert.Equal<float[]>([| 4.0; 5.0; 6.0 |], (Matrix.row 1 w).Values)

[<Fact>]
let ``sizes that do not fit are refused`` () =
    Assert.Throws<System.ArgumentException>(fun () ->
        Matrix(2<embed>, 3<hidden>, [| 1.0 |]) |> ignore)
    |> ignore

    let w = Matrix(1<embed>, 1<hidden>, [| 1.0 |])

    Assert.Throws<System.ArgumentException>(fun () ->
        Matrix.apply w (Vector<embed> [| 1.0; 2.0 |]) |> ignore)
    |> ignore
