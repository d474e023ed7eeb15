module UniRep.Tests.WeightsTests

open UniRep
open UniRep.Compute
open Expecto
open UniRep.Testing

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

[<Tests>]
let tests =
    testList
        "WeightsTests"
        [
            testCase "sizes are read off the arrays"
            <| fun () ->
                let shape = (Waves.weights 5 2).Shape

                Assert.equal (MlstmShape(5, 2, 10)) shape

            testCase "arrays survive a round trip"
            <| fun () ->
                let expected = Waves.tensors 5 2
                Assert.equal expected (Weights.toTensors (Waves.weights 5 2) |> Map.ofList)

            testCase "every missing array is named"
            <| fun () ->
                let tensors = Waves.tensors 5 2 |> Map.remove "layer1.wh" |> Map.remove "head.b"

                Assert.equal
                    [ WeightsError.MissingArrays [ "head.b"; "layer1.wh" ] ]
                    (errors tensors)

            testCase "a wrong shape is told with both shapes"
            <| fun () ->
                let tensors =
                    Waves.tensors 5 1
                    |> Map.add
                        "layer0.gh"
                        {
                            Shape = [ 19 ]
                            Values = Array.zeroCreate 19
                        }

                Assert.equal
                    [ WeightsError.UnexpectedShape("layer0.gh", [ 20 ], [ 19 ]) ]
                    (errors tensors)

            testCase "strange arrays and numbers that are none are refused"
            <| fun () ->
                let tensors =
                    Waves.tensors 5 1
                    |> Map.add "layer0.extra" { Shape = [ 1 ]; Values = [| 0f |] }
                    |> Map.change
                        "head.b"
                        (Option.map (fun t -> { t with Values = Array.create 25 nanf }))

                Assert.equal
                    [
                        WeightsError.NotFinite("head.b", 0)
                        WeightsError.UnexpectedArray "layer0.extra"
                    ]
                    (errors tensors)

            testCase "no arrays at all are an error"
            <| fun () ->
                Assert.equal
                    [ WeightsError.MissingArrays [ "embed"; "head.w"; "head.b" ] ]
                    (errors Map.empty)
        ]
