module UniRep.Tests.PageFileTests

open System
open System.IO
open UniRep.Charts
open UniRep.Plotly
open UniRep.Tests.Figure
open Xunit

let private dots points =
    Chart.scatter "α" x y [ Chart.series "a" points ]

[<Theory>]
[<InlineData("map.html")>]
[<InlineData("map.HTM")>]
let ``a page is saved in UTF-8 in the place of an older one, and nothing else is left``
    (name: string)
    =
    use folder = new TestFolder()
    let chart = dots [ 1.0, 2.0 ]
    Chart.savePage (folder.Path name) (dots [])
    Chart.savePage (folder.Path name) chart
    Assert.Equal(Chart.toPage chart, File.ReadAllText(folder.Path name))
    Assert.Equal<string list>([ name ], folder.Names)

[<Theory>]
[<InlineData("map.svg", "Chart.save of UniRep.Charts writes .svg")>]
[<InlineData("map.png", "not as .png")>]
[<InlineData("map.html.gz", "not as .gz")>]
[<InlineData("map", "not as a name without an extension")>]
let ``a file of another kind is refused, and nothing is written`` (name: string, message: string) =
    use folder = new TestFolder()

    let error =
        Assert.Throws<ArgumentException>(fun () ->
            Chart.savePage (folder.Path name) (dots [ 1.0, 2.0 ]))

    Assert.Contains("a page is saved as .html or .htm", error.Message)
    Assert.Contains(message, error.Message)
    Assert.Empty folder.Names

[<Fact>]
let ``a chart that cannot be drawn or written leaves the file as it was`` () =
    use folder = new TestFolder()
    let path = folder.WriteText("a.html", "before")

    let refused =
        Chart.lines "t" (Chart.logAxis "x") y [ Chart.series "a" [ 0.0, 1.0 ] ]

    Assert.Throws<ArgumentException>(fun () -> Chart.savePage path refused)
    |> ignore

    Assert.Equal("before", File.ReadAllText path)
    Assert.Equal<string list>([ "a.html" ], folder.Names)

    Assert.Throws<DirectoryNotFoundException>(fun () ->
        Chart.savePage (folder.Path "none/a.html") (dots []))
    |> ignore
