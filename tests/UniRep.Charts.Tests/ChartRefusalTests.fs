module UniRep.Tests.ChartRefusalTests

open System
open UniRep.Charts
open UniRep.Tests.Drawing
open Expecto
open UniRep.Testing

let private x, y = Chart.axis "x", Chart.axis "y"

let private dots points =
    Chart.scatter "t" x y [ Chart.series "a" points ]

let private map colours values =
    Chart.heatMap "t" x y colours "z" [||] [||] values

let private refused (message: string) (make: unit -> Chart) =
    let error =
        Assert.throws<ArgumentException>(fun () -> make () |> Chart.toSvg |> ignore)

    Assert.contains message error.Message

let private series xs ys labels =
    {
        Name = "a"
        X = xs
        Y = ys
        Labels = labels
    }

[<Tests>]
let tests =
    testList
        "ChartRefusalTests"
        [
            testCase "a series needs as many values of y, and labels, as of x"
            <| fun () ->
                let uneven = series [| 1.0; 2.0 |] [| 1.0 |] [||]

                refused "'a' has 2 values of x, but 1 of y" (fun () ->
                    Chart.lines "t" x y [ uneven ])

                refused "'a' has 2 values of x, but 1 of y" (fun () ->
                    Chart.scatter "t" x y [ uneven ])

                let labelled = series [| 1.0; 2.0 |] [| 1.0; 2.0 |] [| "b" |]

                refused "'a' has 2 points, but 1 labels" (fun () ->
                    Chart.scatter "t" x y [ labelled ])

            testCase "a histogram needs a bin, and a chart a size"
            <| fun () ->
                refused "0 bins" (fun () -> Chart.histogram "t" x 0 [ "a", [| 1.0 |] ])
                refused "0 x 300 pixels" (fun () -> dots [ 1.0, 1.0 ] |> Chart.sized 0 300)

            testCase "a heat map needs a name for each row and column, or none"
            <| fun () ->
                let named rows columns =
                    fun () ->
                        Array2D.zeroCreate 2 3
                        |> Chart.heatMap "t" x y Colours.Sequential "z" rows columns

                refused "2 rows, but 3 names of rows" (named [| "a"; "b"; "c" |] [||])
                refused "2 rows, but 1 names of rows" (named [| "a" |] [| "p"; "q"; "r" |])
                refused "3 columns, but 2 names of columns" (named [| "a"; "b" |] [| "p"; "q" |])
                let svg = named [| "a"; "b" |] [| "p"; "q"; "r" |] () |> Chart.toSvg
                let texts = elements "text" svg |> List.map _.Value
                let names = set [ "a"; "b"; "p"; "q"; "r" ]
                Assert.equal [ "a"; "b"; "p"; "q"; "r" ] (texts |> List.filter names.Contains)

            testCase "a chart that was put together by hand is checked as well"
            <| fun () ->
                let chart = map Colours.Sequential (array2D [ [ 1.0; 2.0 ] ])

                let other =
                    { chart with
                        Mark =
                            Mark.HeatMap(
                                Array2D.zeroCreate 1 2,
                                [| "a"; "b" |],
                                [||],
                                Colours.Sequential,
                                ""
                            )
                    }

                refused "1 rows, but 2 names of rows" (fun () -> other)

            testCase "what is missing in a heat map is grey"
            <| fun () ->
                let chart = map Colours.Diverging (array2D [ [ nan; 1.0 ] ])
                let below = elements "rect" (Chart.toSvg chart) |> List.head
                Assert.equal "#888" (attribute "fill" below)
        ]
