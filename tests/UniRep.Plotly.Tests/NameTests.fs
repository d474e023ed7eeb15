/// The three modules called Chart, opened together in the order that users are told of.
module UniRep.Tests.NameTests

open UniRep
open UniRep.Charts
open UniRep.Plotly
open Plotly.NET
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "NameTests"
        [
            testCase
                "the functions of UniRep.Charts, UniRep.Plotly and Plotly.NET are found side by side"
            <| fun () ->
                let squares = [ Chart.series "squares" [ for x in 1.0 .. 3.0 -> x, x * x ] ]

                let layout =
                    Chart.lines "Squares" (Chart.axis "x") (Chart.axis "x²") squares
                    |> Chart.toPlotly
                    |> Chart.withSize (320, 200)
                    |> GenericChart.getLayout

                Assert.equal (Some 320) (layout.TryGetTypedPropertyValue<int> "width")
                Assert.equal (Some 200) (layout.TryGetTypedPropertyValue<int> "height")
        ]
