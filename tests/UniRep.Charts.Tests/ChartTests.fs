module UniRep.Tests.ChartTests

open System
open UniRep.Charts
open UniRep.Tests.Drawing
open Expecto
open UniRep.Testing

let private x, y = Chart.axis "x", Chart.axis "y"

let private line points =
    Chart.lines "t" x y [ Chart.series "a" points ]

let private dots points =
    Chart.scatter "t" x y [ Chart.series "a" points ]

let private map colours values =
    Chart.heatMap "t" x y colours "z" [||] [||] values

let private values =
    [
        "none", [||]
        "one", [| 3.0 |]
        "equal", [| 2.0; 2.0; 2.0 |]
        "zeros", [| 0.0; 0.0 |]
        "not a number", [| nan; nan |]
        "mixed", [| nan; 1.0; infinity; -infinity; 2.0 |]
        "huge", [| -Double.MaxValue; 1e300; -1e300; Double.MaxValue |]
        "tiny", [| Double.Epsilon; 1e-310; 0.0 |]
        "close", [| 1.0; 1.0 + 1e-15 |]
    ]

/// Every kind of chart of some values.
let private charts (values: float[]) =
    let points = Seq.indexed values |> Seq.map (fun (at, value) -> float at, value)
    let grid = Array2D.init 1 values.Length (fun _ column -> values[column])

    [
        line points
        dots points
        dots (Seq.map (fun (a, b) -> b, a) points)
        Chart.bars "t" x y [ for value in values -> Chart.barWithin (value - 1.0) value "b" value ]
        map Colours.Sequential grid
        map Colours.Diverging grid
        Chart.histogram "t" x 5 [ "a", values; "b", values ]
    ]

[<Tests>]
let tests =
    testList
        "ChartTests"
        [
            testCase "every chart of degenerate values is drawn within its frame"
            <| fun () ->
                for name, values in values do
                    for chart in charts values do
                        let svg = Chart.toSvg chart

                        Expect.isFalse
                            (numbers (root svg)
                             |> List.exists (fun number -> not (Double.IsFinite number)))
                            $"{name}: {chart}"

                        for element in elements "text" svg |> List.filter (hasAttribute "x") do
                            Assert.isBetween 0.0 720.0 (at "x" element)
                            Assert.isBetween 0.0 440.0 (at "y" element)

                        for element in elements "circle" svg do
                            Assert.isBetween 0.0 720.0 (at "cx" element)
                            Assert.isBetween 0.0 440.0 (at "cy" element)

            testCase "what cannot be drawn is left out, and the rest keeps its place"
            <| fun () ->
                let svg = dots [ 0.0, 0.0; 1.0, nan; 2.0, infinity; 3.0, 1.0 ] |> Chart.toSvg
                let other = dots [ 0.0, 0.0; 3.0, 1.0 ] |> Chart.toSvg
                Assert.equal (circles other) (circles svg)

            testCase "points lie in proportion to their values"
            <| fun () ->
                let found = dots [ 0.0, 0.0; 10.0, 100.0; 5.0, 25.0 ] |> Chart.toSvg |> circles
                let (x0, y0), (x1, y1), (x2, y2) = found[0], found[1], found[2]
                Assert.isTrue (x1 > x0 && y1 < y0)
                Assert.isWithin 0.11 ((x0 + x1) / 2.0) x2
                Assert.isWithin 0.11 (y0 + 0.25 * (y1 - y0)) y2

            testCase "points on logarithmic axes lie in proportion to their logarithms"
            <| fun () ->
                let found =
                    Chart.scatter
                        "t"
                        (Chart.logAxis "x")
                        (Chart.logAxis "y")
                        [ Chart.series "a" [ 1.0, 1e-3; 100.0, 1e9; 10.0, 1.0 ] ]
                    |> Chart.toSvg
                    |> circles

                let (x0, y0), (x1, y1), (x2, y2) = found[0], found[1], found[2]
                Assert.isWithin 0.11 ((x0 + x1) / 2.0) x2
                Assert.isWithin 0.11 (y0 + 0.25 * (y1 - y0)) y2

            testCase "ticks stand at their values"
            <| fun () ->
                let svg = dots [ 0.0, 0.0; 10.0, 100.0 ] |> Chart.toSvg
                let (_, y0), (_, y1) = (circles svg)[0], (circles svg)[1]

                let tick =
                    elements "text" svg
                    |> List.filter (fun text ->
                        text.Value = "40" && attribute "text-anchor" text = "end")
                    |> List.exactlyOne

                // Text stands four pixels below its middle.
                Assert.isWithin 0.11 (y0 + 0.4 * (y1 - y0)) (at "y" tick - 4.0)

            testCase "a line joins its points in the order of x, and breaks where one is missing"
            <| fun () ->
                let svg = line [ 3.0, 1.0; 1.0, 1.0; 2.0, nan; 0.0, 1.0; 4.0, 1.0 ] |> Chart.toSvg

                let lines =
                    elements "polyline" svg
                    |> List.map (fun line ->
                        (attribute "points" line).Split ' '
                        |> Array.map (fun point -> number (point.Split ',').[0]))

                Assert.equal [ 2; 2 ] (lines |> List.map _.Length)
                let all = Array.concat lines
                Assert.equal (Array.sort all) all

            testCase "the legend names groups only if there are several"
            <| fun () ->
                let several =
                    Chart.lines
                        "t"
                        x
                        y
                        [ Chart.series "first" [ 0.0, 1.0 ]; Chart.series "second" [] ]
                    |> Chart.toSvg

                let texts svg = elements "text" svg |> List.map _.Value
                Assert.has "first" (texts several)
                Assert.has "second" (texts several)
                Assert.isFalse (List.contains "a" (texts (Chart.toSvg (line [ 0.0, 1.0 ]))))

            testCase "groups that share a colour differ in shape"
            <| fun () ->
                let symbols =
                    Chart.scatter
                        "t"
                        x
                        y
                        [ for group in 1..14 -> Chart.series $"{group}" [ float group, 1.0 ] ]
                    |> Chart.toSvg
                    |> root
                    |> _.Descendants()
                    |> Seq.filter (fun element ->
                        hasAttribute "fill" element && element.Name.LocalName <> "rect")
                    |> Seq.map (fun element -> attribute "fill" element, element.Name.LocalName)
                    |> Seq.distinct
                    |> Seq.length

                Assert.equal 14 symbols

            testCase "bars stand on zero, and whiskers end at their interval"
            <| fun () ->
                let svg =
                    Chart.bars "t" x y [ Chart.barWithin 1.0 4.0 "up" 2.0; Chart.bar "down" -1.0 ]
                    |> Chart.toSvg

                let rectangles = elements "rect" svg
                Assert.equal 2 rectangles.Length
                let up, down = rectangles[0], rectangles[1]
                let unit = at "height" down
                Assert.isWithin 0.11 (at "y" up + at "height" up) (at "y" down)
                Assert.isWithin 0.21 (2.0 * unit) (at "height" up)

                let ends =
                    elements "line" svg
                    |> List.filter (fun line -> attribute "class" line = "whisker")
                    |> List.collect (fun line -> [ at "y1" line; at "y2" line ])
                    |> List.map (fun end' -> (at "y" down - end') / unit)

                Assert.isWithin 0.01 1.0 (List.min ends)
                Assert.isWithin 0.01 4.0 (List.max ends)

            testCase "values are counted in bins, the highest in the last one"
            <| fun () ->
                let svg =
                    Chart.histogram "t" x 4 [ "a", [| 0.0; 0.5; 1.0; 3.9; 4.0; nan |] ]
                    |> Chart.toSvg

                let counts =
                    elements "rect" svg |> List.map (titleOf >> _.Split('\n') >> Array.last)

                Assert.equal [ "count: 2"; "count: 1"; "count: 2" ] counts

            testCase "cells have the colours of the ends and the middle, and a missing one has none"
            <| fun () ->
                let cells =
                    map Colours.Diverging (array2D [ [ -2.0; 0.0; 2.0; nan; 1.0 ] ])
                    |> Chart.toSvg
                    |> pixels
                    |> List.head

                Assert.equal
                    [ "2166ACFF"; "F7F7F7FF"; "B2182BFF"; "00000000" ]
                    [ for column in 0..3 -> cells[0, column] ]

                let cells =
                    map Colours.Sequential (array2D [ [ 5.0 ]; [ 7.0 ] ])
                    |> Chart.toSvg
                    |> pixels
                    |> List.head

                Assert.equal [ "440154FF"; "FDE725FF" ] [ cells[0, 0]; cells[1, 0] ]

            testCase "a large heat map is small, and its names do not touch"
            <| fun () ->
                let names = Array.init 300 (fun at -> $"K{at + 1}")

                let svg =
                    Array2D.init 256 300 (fun row column -> sin (float (row * column)))
                    |> Chart.heatMap "t" x y Colours.Diverging "h" [||] names
                    |> Chart.toSvg

                Assert.isBetween 1 300_000 svg.Length

                let placed =
                    elements "text" svg
                    |> List.filter (fun text -> text.Value.StartsWith 'K')
                    |> List.map (fun text -> text.Value, at "x" text)

                Assert.isBetween 8 40 placed.Length

                for (name, _) in placed do
                    Assert.equal 0 (int name[1..] % 10)

                for (name, left), (next, right) in List.pairwise placed do
                    Assert.isTrue (
                        (Lettering.width name + Lettering.width next) / 2.0 < right - left
                    )

            testCase "a logarithmic axis refuses what is not positive"
            <| fun () ->
                let refused chart =
                    let error =
                        Assert.throws<ArgumentException>(fun () -> Chart.toSvg chart |> ignore)

                    Assert.contains "every value must be positive" error.Message

                let log = Chart.logAxis "speed"
                refused (Chart.lines "t" log y [ Chart.series "a" [ 0.0, 1.0 ] ])
                refused (Chart.scatter "t" x log [ Chart.series "a" [ 1.0, -1.0 ] ])
                refused (Chart.bars "t" x log [ Chart.barWithin 0.0 2.0 "a" 1.0 ])
                refused (Chart.histogram "t" log 3 [ "a", [| 0.0; 1.0 |] ])
        ]
