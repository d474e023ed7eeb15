module UniRep.Tests.PageFileTests

open System
open System.IO
open UniRep.Charts
open UniRep.Plotly
open UniRep.Tests.Figure
open Expecto
open UniRep.Testing

let private dots points =
    Chart.scatter "α" x y [ Chart.series "a" points ]

[<Tests>]
let tests =
    testList
        "PageFileTests"
        [
            testTheory
                "a page is saved in UTF-8 in the place of an older one, and nothing else is left"
                [ "map.html"; "map.HTM" ]
            <| fun (name: string) ->
                use folder = new TestFolder()
                let chart = dots [ 1.0, 2.0 ]
                Chart.savePage (folder.Path name) (dots [])
                Chart.savePage (folder.Path name) chart
                Assert.equal (Chart.toPage chart) (File.ReadAllText(folder.Path name))
                Assert.equal [ name ] folder.Names

            testTheory
                "a file of another kind is refused, and nothing is written"
                [
                    "map.svg", "Chart.save of UniRep.Charts writes .svg"
                    "map.png", "not as .png"
                    "map.html.gz", "not as .gz"
                    "map", "not as a name without an extension"
                ]
            <| fun (name: string, message: string) ->
                use folder = new TestFolder()

                let error =
                    Assert.throws<ArgumentException>(fun () ->
                        Chart.savePage (folder.Path name) (dots [ 1.0, 2.0 ]))

                Assert.contains "a page is saved as .html or .htm" error.Message
                Assert.contains message error.Message
                Assert.isEmpty folder.Names

            testCase "a chart that cannot be drawn or written leaves the file as it was"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.html", "before")

                let refused =
                    Chart.lines "t" (Chart.logAxis "x") y [ Chart.series "a" [ 0.0, 1.0 ] ]

                Assert.throws<ArgumentException>(fun () -> Chart.savePage path refused)
                |> ignore

                Assert.equal "before" (File.ReadAllText path)
                Assert.equal [ "a.html" ] folder.Names

                Assert.throws<DirectoryNotFoundException>(fun () ->
                    Chart.savePage (folder.Path "none/a.html") (dots []))
                |> ignore
        ]
