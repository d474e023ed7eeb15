module UniRep.Tests.RefusalTests

open System
open UniRep.Charts
open UniRep.Plotly
open UniRep.Tests.Figure
open Expecto
open UniRep.Testing

let private refused (message: string) (chart: UniRep.Charts.Chart) =
    let check (draw: UniRep.Charts.Chart -> unit) =
        let error = Assert.throws<ArgumentException>(fun () -> draw chart)
        Assert.contains message error.Message

    check (Chart.toPlotly >> ignore)
    check (Chart.toPage >> ignore)

[<Tests>]
let tests =
    testList
        "RefusalTests"
        [
            testCase "a logarithmic axis refuses what is not positive"
            <| fun () ->
                let refused = refused "'speed' is a logarithmic axis"
                let log = Chart.logAxis "speed"
                refused (Chart.lines "t" log y [ Chart.series "a" [ 0.0, 1.0 ] ])
                refused (Chart.lines "t" x log [ Chart.series "a" [ 1.0, 0.0 ] ])
                refused (Chart.scatter "t" x log [ Chart.series "a" [ 1.0, -1.0 ] ])
                refused (Chart.bars "t" x log [ Chart.barWithin 0.0 2.0 "a" 1.0 ])
                refused (Chart.bars "t" x log [ Chart.bar "a" -1.0 ])
                refused (Chart.histogram "t" log 3 [ "a", [| 0.0; 1.0 |] ])

            testCase "a chart whose parts do not belong together is refused"
            <| fun () ->
                let dots = Chart.scatter "t" x y [ Chart.series "a" [ 1.0, 2.0 ] ]

                let uneven =
                    { Chart.series "a" [ 1.0, 2.0 ] with
                        Y = [||]
                    }

                refused
                    "'a' has 1 values of x, but 0 of y"
                    { dots with
                        Mark = Mark.Points [ uneven ]
                    }

                let map =
                    Mark.HeatMap(
                        Array2D.zeroCreate 1 2,
                        [| "a"; "b" |],
                        [||],
                        Colours.Sequential,
                        ""
                    )

                refused "1 rows, but 2 names of rows" { dots with Mark = map }

                refused
                    "0 bins"
                    { dots with
                        Mark = Mark.Histogram([], 0)
                    }

                refused "0 x 440 pixels" { dots with Width = 0 }
        ]
