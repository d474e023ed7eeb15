module UniRep.Tests.ChartFileTests

open System
open System.Globalization
open System.IO
open System.Threading
open UniRep.Charts
open UniRep.Tests.Drawing
open Expecto
open UniRep.Testing

let private x, y = Chart.axis "x", Chart.axis "y"

let private dots points =
    Chart.scatter "t" x y [ Chart.series "a" points ]

[<Tests>]
let tests =
    testList
        "ChartFileTests"
        [
            testCase "text is escaped, and what XML forbids replaced"
            <| fun () ->
                let odd = "<b>&\"'</script>\u0001 \uD800 α"

                let chart =
                    Chart.scatter
                        odd
                        (Chart.axis odd)
                        (Chart.axis odd)
                        [ Chart.labelled odd [ odd, 1.0, 2.0 ] ]
                    |> Chart.sized 1500 1500

                let svg = Chart.toSvg chart
                let read = "<b>&\"'</script>\uFFFD \uFFFD α"
                Assert.has read (elements "text" svg |> List.map _.Value)
                Assert.startsWith read (elements "circle" svg |> List.head |> titleOf)

            testCase "numbers are written alike in every culture, and drawing twice gives the same"
            <| fun () ->
                let chart = dots [ 0.5, 1234.5; -1.5, 20000.25 ]
                let before = Chart.toSvg chart
                Assert.equal before (Culture.inAnother (fun () -> Chart.toSvg chart))

            testTheory
                "a picture is saved in the place of an older one, and nothing else is left"
                [ "a.svg"; "b.SVG" ]
            <| fun (name: string) ->
                use folder = new TestFolder()
                let chart = dots [ 1.0, 2.0 ]
                Chart.save (folder.Path name) (dots [])
                Chart.save (folder.Path name) chart
                Assert.equal (Chart.toSvg chart) (File.ReadAllText(folder.Path name))
                Assert.equal [ name ] folder.Names

            testTheory
                "a file of another kind is refused, and nothing is written"
                [
                    "map.png", ".png"
                    "map.PDF", ".pdf"
                    "map.svg.gz", ".gz"
                    "map", "without an extension"
                ]
            <| fun (name: string, kind: string) ->
                use folder = new TestFolder()

                let error =
                    Assert.throws<ArgumentException>(fun () ->
                        Chart.save (folder.Path name) (dots [ 1.0, 2.0 ]))

                Assert.contains "a chart is saved as a picture (.svg), not as" error.Message
                Assert.contains kind error.Message
                Assert.isEmpty folder.Names

            testTheory
                "a page is refused with the package that makes it, and nothing is written"
                [ "map.html"; "map.HTM" ]
            <| fun (name: string) ->
                use folder = new TestFolder()

                let error =
                    Assert.throws<ArgumentException>(fun () ->
                        Chart.save (folder.Path name) (dots [ 1.0, 2.0 ]))

                Assert.contains "Chart.savePage of the package UniRep.Plotly" error.Message
                Assert.isEmpty folder.Names

            testCase "a chart that cannot be drawn or written leaves the file as it was"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.svg", "before")

                let refused =
                    Chart.lines "t" (Chart.logAxis "x") y [ Chart.series "a" [ 0.0, 1.0 ] ]

                Assert.throws<ArgumentException>(fun () -> Chart.save path refused) |> ignore
                Assert.equal "before" (File.ReadAllText path)
                Assert.equal [ "a.svg" ] folder.Names

                Assert.throws<DirectoryNotFoundException>(fun () ->
                    Chart.save (folder.Path "none/a.svg") (dots []))
                |> ignore
        ]
