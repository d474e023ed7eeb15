module UniRep.Tests.AxesTests

open Xunit

[<Fact>]
let ``one axis is one`` () =
    Assert.Equal(1<UniRep.embed>, 1<UniRep.embed>)
