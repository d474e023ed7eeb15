module UniRep.Tests.LayoutTests

open UniRep.Charts
open UniRep.Tests.Figure
open Xunit

let private dots groups =
    Chart.scatter "t" x y [ for group in 1..groups -> Chart.series $"{group}" [ 1.0, 2.0 ] ]

[<Fact>]
let ``axes have their titles and scales`` () =
    let found =
        Chart.lines
            "Loss"
            (Chart.logAxis "tokens")
            (Chart.axis "nats")
            [ Chart.series "a" [ 1.0, 2.0 ] ]
        |> layout

    Assert.Equal("Loss", text [ "title"; "text" ] found)
    Assert.Equal("tokens", text [ "xaxis"; "title"; "text" ] found)
    Assert.Equal("log", text [ "xaxis"; "type" ] found)
    Assert.Equal("nats", text [ "yaxis"; "title"; "text" ] found)
    Assert.Equal("linear", text [ "yaxis"; "type" ] found)

[<Fact>]
let ``a chart has its height, and a long title is broken`` () =
    let found = dots 1 |> Chart.sized 300 222 |> layout
    Assert.Equal(222.0, number [ "height" ] found)
    Assert.False(has "width" found)

    let long =
        { Chart.sized 300 222 (dots 1) with
            Title = "Four families of enzymes by their vectors, scaled unit by unit"
        }

    Assert.Contains("<br>", text [ "title"; "text" ] (layout long))

[<Fact>]
let ``several groups have a legend, many one that stands beside the marks`` () =
    let one, two, many = layout (dots 1), layout (dots 2), layout (dots 7)
    Assert.False(truth [ "showlegend" ] one)
    Assert.True(truth [ "showlegend" ] two)
    Assert.Equal("h", text [ "legend"; "orientation" ] two)
    Assert.True(truth [ "showlegend" ] many)
    Assert.False(has "orientation" (at [ "legend" ] many))

[<Fact>]
let ``names of bars stand at their places, also if they repeat`` () =
    let found =
        Chart.bars "t" x y [ for name in [ "a"; "b"; "a" ] -> Chart.bar name 1.0 ]
        |> layout

    Assert.Equal<float list>(
        [ 0.0; 1.0; 2.0 ],
        numbers [ "xaxis"; "tickvals" ] found
        |> List.map (fun at -> round (at * 1e9) / 1e9)
    )

    Assert.Equal<string list>([ "a"; "b"; "a" ], texts [ "xaxis"; "ticktext" ] found)

[<Fact>]
let ``rows of a heat map run from top to bottom under their names`` () =
    let found =
        array2D [ [ nan; 1.0 ]; [ 2.0; 3.0 ] ]
        |> Chart.heatMap "t" x y Colours.Diverging "z" [| "first"; "second" |] [| "K1"; "K2" |]
        |> layout

    Assert.Equal("reversed", text [ "yaxis"; "autorange" ] found)
    Assert.Equal<string list>([ "first"; "second" ], texts [ "yaxis"; "ticktext" ] found)
    Assert.Equal<float list>([ 0.0; 1.0 ], numbers [ "yaxis"; "tickvals" ] found)
    Assert.Equal<string list>([ "K1"; "K2" ], texts [ "xaxis"; "ticktext" ] found)

[<Fact>]
let ``what is missing in a heat map is grey, and other charts have the colour of the page`` () =
    let map =
        Chart.heatMap "t" x y Colours.Diverging "z" [||] [||] (array2D [ [ nan; 1.0 ] ])

    Assert.Equal("rgba(136,136,136,0.6)", text [ "plot_bgcolor" ] (layout map))
    Assert.Equal("rgba(0,0,0,0)", text [ "plot_bgcolor" ] (layout (dots 1)))
    Assert.Equal("rgba(0,0,0,0)", text [ "paper_bgcolor" ] (layout map))
