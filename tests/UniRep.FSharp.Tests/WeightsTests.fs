module UniRep.Tests.WeightsTests

open UniRep
open UniRep.Compute
open Xunit

let private card =
    {
        Name = "waves"
        Version = "1"
        License = ""
        Provenance = ""
    }

let private errors tensors =
    match Weights.ofTensors card tensors with
    | Ok _ -> []
    | Error errors -> errors

[<Fact>]
let ``sizes are read off the arrays`` () =
    let shape = (Waves.weights 5 2).Shape

    Assert.Equal((MlstmShape(5, 2, 10)), shape)

[<Fact>]
let ``arrays survive a round trip`` () =
    let expected = Waves.tensors 5 2
    Assert.Equal<Map<string, Tensor>>(expected, Weights.toTensors (Waves.weights 5 2) |> Map.ofList)

[<Fact>]
let ``every missing array is named`` () =
    let tensors = Waves.tensors 5 2 |> Map.remove "layer1.wh" |> Map.remove "head.b"

    Assert.Equal<WeightsError list>(
        [ WeightsError.MissingArrays [ "head.b"; "layer1.wh" ] ],
        errors tensors
    )

[<Fact>]
let ``a wrong shape is told with both shapes`` () =
    let tensors =
        Waves.tensors 5 1
        |> Map.add
            "layer0.gh"
            {
                Shape = [ 19 ]
                Values = Array.zeroCreate 19
            }

    Assert.Equal<WeightsError list>(
        [ WeightsError.UnexpectedShape("layer0.gh", [ 20 ], [ 19 ]) ],
        errors tensors
    )

[<Fact>]
let ``strange arrays and numbers that are none are refused`` () =
    let tensors =
        Waves.tensors 5 1
        |> Map.add "layer0.extra" { Shape = [ 1 ]; Values = [| 0f |] }
        |> Map.change "head.b" (Option.map (fun t -> { t with Values = Array.create 25 nanf }))

    Assert.Equal<WeightsError list>(
        [
            WeightsError.NotFinite("head.b", 0)
            WeightsError.UnexpectedArray "layer0.extra"
        ],
        errors tensors
    )

[<Fact>]
let ``no arrays at all are an error`` () =
    Assert.Equal<WeightsError list>(
        [ WeightsError.MissingArrays [ "embed"; "head.w"; "head.b" ] ],
        errors Map.empty
    )
