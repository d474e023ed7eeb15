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
open Xunit

let private map =
    Chart.scatter "Map" x y [ Chart.labelled "a" [ "P69905", 1.2345678, -7.0 ] ]

[<Fact>]
let ``a page holds the chart, plotly.js, and what Plotly.NET makes of the chart`` () =
    let page = Chart.toPage map
    Assert.StartsWith("<!DOCTYPE html>", page)
    Assert.EndsWith("</html>", page)
    Assert.Contains("<title>Map</title>", page)
    Assert.Contains("* plotly.js v2", page)
    Assert.Contains("Plotly.newPlot('chart', data, layout, config)", page)
    let data = given "data" page
    Assert.Equal<float list>([ 1.2345678 ], numbers [ "x" ] (data.AsArray()[0] |> nonNull))

    Assert.Equal(
        JsonArray([| for one in traces map -> one.DeepClone() |]).ToJsonString(),
        data.ToJsonString()
    )

    Assert.Equal((layout map).ToJsonString(), (given "layout" page).ToJsonString())

    Assert.Equal(
        """{"responsive":true,"showSendToCloud":false,"displaylogo":false}""",
        (given "config" page).ToJsonString()
    )

[<Fact>]
let ``a page fetches nothing`` () =
    let page = Chart.toPage map
    // Of elements, not of strings within plotly.js.
    let outside =
        Regex.Replace(page, "(?s)<script[^>]*>.*?</script>", "<script></script>")

    Assert.DoesNotMatch(
        "(?i)(src|href|srcset|action|poster|data)\s*=\s*[\"']?(https?:)?//",
        outside
    )

    Assert.DoesNotMatch("(?i)<script[^>]+src", page)
    Assert.DoesNotMatch("(?i)@import|url\(", outside)

    let policy =
        Regex.Match(outside, "Content-Security-Policy\" content=\"([^\"]*)").Groups[1].Value

    Assert.StartsWith("default-src 'none';", policy)
    Assert.DoesNotContain("http", policy)

[<Fact>]
let ``the encoding and the policy stand before every script`` () =
    let start = (Chart.toPage map)[..1023]
    Assert.Contains("<html lang=\"en\"><head><meta charset=\"utf-8\">", start)
    let policy = start.IndexOf("Content-Security-Policy", StringComparison.Ordinal)
    Assert.InRange(policy, 1, start.IndexOf("<script", StringComparison.Ordinal))

[<Fact>]
let ``a page is no wider than its chart, and has a light and a dark face`` () =
    let page = map |> Chart.sized 512 300 |> Chart.toPage
    Assert.Contains("#chart{max-width:512px}", page)
    Assert.Contains("<meta name=\"color-scheme\" content=\"light dark\">", page)
    Assert.Contains("prefers-color-scheme: dark", page)

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

[<Theory>]
[<InlineData("</script><b>", "&lt;/script&gt;&lt;b&gt;")>]
[<InlineData("<!--<script>", "&lt;!--&lt;script&gt;")>]
[<InlineData("a\"b'c\\d&e", "a&#34;b&#39;c\\d&amp;e")>]
[<InlineData("[DATA][ID]", "[DATA][ID]")>]
[<InlineData("[LAYOUT];alert(1)//", "&#91;LAYOUT];alert(1)//")>]
[<InlineData("[CONFIG]", "&#91;CONFIG]")>]
[<InlineData("\u0001α\u2028", "\uFFFDα\u2028")>]
let ``no text can end the script or change it, and it is shown as it is``
    (name: string, shown: string)
    =
    let plain =
        charts "a"
        |> List.map (fun chart -> Regex.Count(Chart.toPage chart, "(?i)</?script|<b>|<!--"))

    for chart, tags in List.zip (charts name) plain do
        let page = Chart.toPage chart
        Assert.Equal(tags, Regex.Count(page, "(?i)</?script|<b>|<!--"))
        let layout = given "layout" page
        Assert.Equal(shown, text [ "title"; "text" ] layout)
        Assert.Equal(shown, text [ "xaxis"; "title"; "text" ] layout)
        let first = nonNull ((given "data" page).AsArray()[0])
        Assert.Contains(says first, fun text -> text.Contains(shown, StringComparison.Ordinal))
        // Pages that Plotly.NET writes are safe as well.
        let other = Chart.toPlotly chart |> GenericChart.toChartHTML
        Assert.Equal(1, Regex.Count(other, "(?i)</script"))
        Assert.Equal(shown, text [ "title"; "text" ] (given "layout" other))

[<Fact>]
let ``numbers are written alike in every culture, and drawing twice gives the same page`` () =
    let before = Chart.toPage map
    let culture = Thread.CurrentThread.CurrentCulture
    let other = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
    other.NumberFormat.NumberDecimalSeparator <- ","
    other.NumberFormat.NegativeSign <- "~"

    try
        Thread.CurrentThread.CurrentCulture <- other
        Assert.Equal(before, Chart.toPage map)
    finally
        Thread.CurrentThread.CurrentCulture <- culture
