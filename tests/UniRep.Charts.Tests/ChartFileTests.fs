module UniRep.Tests.ChartFileTests

open System
open System.Globalization
open System.IO
open System.Threading
open UniRep.Charts
open UniRep.Tests.Drawing
open Xunit

let private x, y = Chart.axis "x", Chart.axis "y"

let private dots points =
    Chart.scatter "t" x y [ Chart.series "a" points ]

[<Fact>]
let ``text is escaped, and what XML forbids replaced`` () =
    let odd = "<b>&\"'</script>\u0001 \uD800 α"

    let chart =
        Chart.scatter odd (Chart.axis odd) (Chart.axis odd) [ Chart.labelled odd [ odd, 1.0, 2.0 ] ]
        |> Chart.sized 1500 1500

    let svg = Chart.toSvg chart
    let read = "<b>&\"'</script>\uFFFD \uFFFD α"
    Assert.Contains(read, elements "text" svg |> List.map _.Value)
    Assert.StartsWith(read, elements "circle" svg |> List.head |> titleOf)

    let page = Chart.toPage chart
    Assert.Equal(2, page.Split("</script>").Length - 1)

[<Fact>]
let ``numbers are written alike in every culture, and drawing twice gives the same`` () =
    let chart = dots [ 0.5, 1234.5; -1.5, 20000.25 ]
    let before = Chart.toSvg chart
    let culture = Thread.CurrentThread.CurrentCulture
    let other = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
    other.NumberFormat.NumberDecimalSeparator <- ","
    other.NumberFormat.NegativeSign <- "~"

    try
        Thread.CurrentThread.CurrentCulture <- other
        Assert.Equal(before, Chart.toSvg chart)
    finally
        Thread.CurrentThread.CurrentCulture <- culture

[<Fact>]
let ``a page holds the values and plotly, and fetches nothing`` () =
    let page =
        Chart.scatter "t" x y [ Chart.labelled "a" [ "P69905", 1.2345678, -7.0 ] ]
        |> Chart.toPage

    Assert.Contains("\"x\":[1.2345678]", page)
    Assert.Contains("P69905\\u003Cbr\\u003Ea\\u003Cbr\\u003Ex: 1.2346", page)
    Assert.Contains("Plotly.react(", page)
    Assert.Contains("default-src 'none'", page)
    Assert.Contains("showSendToCloud: false", page)
    Assert.DoesNotContain("<link", page)
    Assert.DoesNotContain("<script src", page)

[<Fact>]
let ``the name of the file decides between a page and SVG, and nothing else is left`` () =
    use folder = new TestFolder()
    let chart = dots [ 1.0, 2.0 ]
    Chart.save (folder.Path "a.html") chart
    Chart.save (folder.Path "b.svg") (dots [])
    Chart.save (folder.Path "b.svg") chart
    Assert.Equal(Chart.toPage chart, File.ReadAllText(folder.Path "a.html"))
    Assert.Equal(Chart.toSvg chart, File.ReadAllText(folder.Path "b.svg"))
    Chart.save (folder.Path "c.HTM") chart
    Assert.Equal(Chart.toPage chart, File.ReadAllText(folder.Path "c.HTM"))
    Assert.Equal<string list>([ "a.html"; "b.svg"; "c.HTM" ], folder.Names)

[<Theory>]
[<InlineData("map.png", ".png")>]
[<InlineData("map.PDF", ".pdf")>]
[<InlineData("map.svg.gz", ".gz")>]
[<InlineData("map", "without an extension")>]
let ``a file of another kind is refused, and nothing is written`` (name: string, kind: string) =
    use folder = new TestFolder()

    let error =
        Assert.Throws<ArgumentException>(fun () ->
            Chart.save (folder.Path name) (dots [ 1.0, 2.0 ]))

    Assert.Contains("as a picture (.svg) or as a page (.html), not as", error.Message)
    Assert.Contains(kind, error.Message)
    Assert.Empty folder.Names

[<Fact>]
let ``a chart that cannot be drawn or written leaves the file as it was`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.svg", "before")

    let refused =
        Chart.lines "t" (Chart.logAxis "x") y [ Chart.series "a" [ 0.0, 1.0 ] ]

    Assert.Throws<ArgumentException>(fun () -> Chart.save path refused) |> ignore
    Assert.Equal("before", File.ReadAllText path)
    Assert.Equal<string list>([ "a.svg" ], folder.Names)

    Assert.Throws<DirectoryNotFoundException>(fun () ->
        Chart.save (folder.Path "none/a.svg") (dots []))
    |> ignore
