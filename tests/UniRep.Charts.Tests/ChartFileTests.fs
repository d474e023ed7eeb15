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

[<Theory>]
[<InlineData("a.svg")>]
[<InlineData("b.SVG")>]
let ``a picture is saved in the place of an older one, and nothing else is left`` (name: string) =
    use folder = new TestFolder()
    let chart = dots [ 1.0, 2.0 ]
    Chart.save (folder.Path name) (dots [])
    Chart.save (folder.Path name) chart
    Assert.Equal(Chart.toSvg chart, File.ReadAllText(folder.Path name))
    Assert.Equal<string list>([ name ], folder.Names)

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

    Assert.Contains("a chart is saved as a picture (.svg), not as", error.Message)
    Assert.Contains(kind, error.Message)
    Assert.Empty folder.Names

[<Theory>]
[<InlineData("map.html")>]
[<InlineData("map.HTM")>]
let ``a page is refused with the package that makes it, and nothing is written`` (name: string) =
    use folder = new TestFolder()

    let error =
        Assert.Throws<ArgumentException>(fun () ->
            Chart.save (folder.Path name) (dots [ 1.0, 2.0 ]))

    Assert.Contains("Chart.savePage of the package UniRep.Plotly", error.Message)
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
