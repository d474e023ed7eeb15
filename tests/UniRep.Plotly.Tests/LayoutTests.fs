module UniRep.Tests.LayoutTests

open UniRep.Charts
open UniRep.Tests.Figure
open Expecto
open UniRep.Testing

let private dots groups =
    Chart.scatter "t" x y [ for group in 1..groups -> Chart.series $"{group}" [ 1.0, 2.0 ] ]

[<Tests>]
let tests =
    testList
        "LayoutTests"
        [
            testCase "axes have their titles and scales"
            <| fun () ->
                let found =
                    Chart.lines
                        "Loss"
                        (Chart.logAxis "tokens")
                        (Chart.axis "nats")
                        [ Chart.series "a" [ 1.0, 2.0 ] ]
                    |> layout

                Assert.equal "Loss" (text [ "title"; "text" ] found)
                Assert.equal "tokens" (text [ "xaxis"; "title"; "text" ] found)
                Assert.equal "log" (text [ "xaxis"; "type" ] found)
                Assert.equal "nats" (text [ "yaxis"; "title"; "text" ] found)
                Assert.equal "linear" (text [ "yaxis"; "type" ] found)

            testCase "a chart has its height, and a long title is broken"
            <| fun () ->
                let found = dots 1 |> Chart.sized 300 222 |> layout
                Assert.equal 222.0 (number [ "height" ] found)
                Assert.isFalse (has "width" found)

                let long =
                    { Chart.sized 300 222 (dots 1) with
                        Title = "Four families of enzymes by their vectors, scaled unit by unit"
                    }

                Assert.contains "<br>" (text [ "title"; "text" ] (layout long))

            testCase "several groups have a legend, many one that stands beside the marks"
            <| fun () ->
                let one, two, many = layout (dots 1), layout (dots 2), layout (dots 7)
                Assert.isFalse (truth [ "showlegend" ] one)
                Assert.isTrue (truth [ "showlegend" ] two)
                Assert.equal "h" (text [ "legend"; "orientation" ] two)
                Assert.isTrue (truth [ "showlegend" ] many)
                Assert.isFalse (has "orientation" (at [ "legend" ] many))

            testCase "names of bars stand at their places, also if they repeat"
            <| fun () ->
                let found =
                    Chart.bars "t" x y [ for name in [ "a"; "b"; "a" ] -> Chart.bar name 1.0 ]
                    |> layout

                Assert.equal
                    [ 0.0; 1.0; 2.0 ]
                    (numbers [ "xaxis"; "tickvals" ] found
                     |> List.map (fun at -> round (at * 1e9) / 1e9))

                Assert.equal [ "a"; "b"; "a" ] (texts [ "xaxis"; "ticktext" ] found)

            testCase "rows of a heat map run from top to bottom under their names"
            <| fun () ->
                let found =
                    array2D [ [ nan; 1.0 ]; [ 2.0; 3.0 ] ]
                    |> Chart.heatMap
                        "t"
                        x
                        y
                        Colours.Diverging
                        "z"
                        [| "first"; "second" |]
                        [| "K1"; "K2" |]
                    |> layout

                Assert.equal "reversed" (text [ "yaxis"; "autorange" ] found)
                Assert.equal [ "first"; "second" ] (texts [ "yaxis"; "ticktext" ] found)
                Assert.equal [ 0.0; 1.0 ] (numbers [ "yaxis"; "tickvals" ] found)
                Assert.equal [ "K1"; "K2" ] (texts [ "xaxis"; "ticktext" ] found)

            testCase
                "what is missing in a heat map is grey, and other charts have the colour of the page"
            <| fun () ->
                let map =
                    Chart.heatMap "t" x y Colours.Diverging "z" [||] [||] (array2D [ [ nan; 1.0 ] ])

                Assert.equal "rgba(136,136,136,0.6)" (text [ "plot_bgcolor" ] (layout map))
                Assert.equal "rgba(0,0,0,0)" (text [ "plot_bgcolor" ] (layout (dots 1)))
                Assert.equal "rgba(0,0,0,0)" (text [ "paper_bgcolor" ] (layout map))
        ]
