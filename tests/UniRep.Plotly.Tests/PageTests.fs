module UniRep.Tests.PageTests

open System
open System.Globalization
open System.Text.Json.Nodes
open System.Text.RegularExpressions
open System.Threading
open Plotly.NET
open UniRep.Charts
open UniRep.Plotly
open UniRep.Tests.Figure
open Expecto
open UniRep.Testing

let private map =
    Chart.scatter "Map" x y [ Chart.labelled "a" [ "P69905", 1.2345678, -7.0 ] ]

/// Every kind of chart with a text wherever there can be one.
let private charts text =
    let axis = Chart.axis text

    let series =
        [
            Chart.labelled text [ text, 1.0, 2.0 ]
            Chart.labelled text [ text, 2.0, 1.0 ]
        ]

    let table = array2D [ [ 1.0 ] ]

    [
        Chart.lines text axis axis series
        Chart.scatter text axis axis series
        Chart.bars text axis axis [ Chart.barWithin 1.0 3.0 text 2.0 ]
        Chart.heatMap text axis axis Colours.Sequential text [| text |] [| text |] table
        Chart.histogram text axis 2 [ text, [| 1.0; 2.0 |]; text, [| 1.0 |] ]
    ]
    |> List.map (Chart.sized 2000 2000)

[<Tests>]
let tests =
    testList
        "PageTests"
        [
            testCase "a page holds the chart, plotly.js, and what Plotly.NET makes of the chart"
            <| fun () ->
                let page = Chart.toPage map
                Assert.startsWith "<!DOCTYPE html>" page
                Assert.endsWith "</html>" page
                Assert.contains "<title>Map</title>" page
                Assert.contains "* plotly.js v2" page
                Assert.contains "Plotly.newPlot('chart', data, layout, config)" page
                let data = given "data" page
                Assert.equal [ 1.2345678 ] (numbers [ "x" ] (data.AsArray()[0] |> nonNull))

                Assert.equal
                    (JsonArray([| for one in traces map -> one.DeepClone() |]).ToJsonString())
                    (data.ToJsonString())

                Assert.equal ((layout map).ToJsonString()) ((given "layout" page).ToJsonString())

                Assert.equal
                    """{"responsive":true,"showSendToCloud":false,"displaylogo":false}"""
                    ((given "config" page).ToJsonString())

            testCase "a page fetches nothing"
            <| fun () ->
                let page = Chart.toPage map
                // Of elements, not of strings within plotly.js.
                let outside =
                    Regex.Replace(page, "(?s)<script[^>]*>.*?</script>", "<script></script>")

                Assert.doesNotMatch
                    "(?i)(src|href|srcset|action|poster|data)\s*=\s*[\"']?(https?:)?//"
                    outside

                Assert.doesNotMatch "(?i)<script[^>]+src" page
                Assert.doesNotMatch "(?i)@import|url\(" outside

                let policy =
                    Regex
                        .Match(outside, "Content-Security-Policy\" content=\"([^\"]*)")
                        .Groups[1].Value

                Assert.startsWith "default-src 'none';" policy
                Assert.doesNotContain "http" policy

            testCase "the encoding and the policy stand before every script"
            <| fun () ->
                let start = (Chart.toPage map)[..1023]
                Assert.contains "<html lang=\"en\"><head><meta charset=\"utf-8\">" start
                let policy = start.IndexOf("Content-Security-Policy", StringComparison.Ordinal)
                Assert.isBetween 1 (start.IndexOf("<script", StringComparison.Ordinal)) policy

            testCase "a page is no wider than its chart, and has a light and a dark face"
            <| fun () ->
                let page = map |> Chart.sized 512 300 |> Chart.toPage
                Assert.contains "#chart{max-width:512px}" page
                Assert.contains "<meta name=\"color-scheme\" content=\"light dark\">" page
                Assert.contains "prefers-color-scheme: dark" page

            testTheory
                "no text can end the script or change it, and it is shown as it is"
                [
                    "</script><b>", "&lt;/script&gt;&lt;b&gt;"
                    "<!--<script>", "&lt;!--&lt;script&gt;"
                    "a\"b'c\\d&e", "a&#34;b&#39;c\\d&amp;e"
                    "[DATA][ID]", "[DATA][ID]"
                    "[LAYOUT];alert(1)//", "&#91;LAYOUT];alert(1)//"
                    "[CONFIG]", "&#91;CONFIG]"
                    "\u0001α\u2028", "\uFFFDα\u2028"
                ]
            <| fun (name: string, shown: string) ->
                let plain =
                    charts "a"
                    |> List.map (fun chart ->
                        Regex.Count(Chart.toPage chart, "(?i)</?script|<b>|<!--"))

                for chart, tags in List.zip (charts name) plain do
                    let page = Chart.toPage chart
                    Assert.equal tags (Regex.Count(page, "(?i)</?script|<b>|<!--"))
                    let layout = given "layout" page
                    Assert.equal shown (text [ "title"; "text" ] layout)
                    Assert.equal shown (text [ "xaxis"; "title"; "text" ] layout)
                    let first = nonNull ((given "data" page).AsArray()[0])

                    Assert.isTrue (
                        (says first)
                        |> Seq.exists (fun text -> text.Contains(shown, StringComparison.Ordinal))
                    )
                    // Pages that Plotly.NET writes are safe as well.
                    let other = Chart.toPlotly chart |> GenericChart.toChartHTML
                    Assert.equal 1 (Regex.Count(other, "(?i)</script"))
                    Assert.equal shown (text [ "title"; "text" ] (given "layout" other))

            testCase
                "numbers are written alike in every culture, and drawing twice gives the same page"
            <| fun () ->
                let before = Chart.toPage map
                Assert.equal before (Culture.inAnother (fun () -> Chart.toPage map))
        ]
