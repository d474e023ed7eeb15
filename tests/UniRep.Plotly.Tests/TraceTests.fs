module UniRep.Tests.TraceTests

open System
open System.Text.Json.Nodes
open UniRep.Charts
open UniRep.Tests.Figure
open Expecto
open UniRep.Testing

let private equal (expected: float list) (actual: float list) = Assert.equal expected actual

let private groups count =
    [ for group in 1..count -> Chart.series $"{group}" [ float group, 1.0 ] ]

/// Every number of what is written to JSON is one that JSON has.
let rec private isSound (node: JsonNode | null) =
    match node with
    | null -> true
    | :? JsonObject as fields -> fields |> Seq.forall (fun field -> isSound field.Value)
    | :? JsonArray as items -> items |> Seq.forall isSound
    | value -> not (List.contains (string value) [ "NaN"; "Infinity"; "-Infinity" ])

[<Tests>]
let tests =
    testList
        "TraceTests"
        [
            testCase "points keep their values, their order and their names"
            <| fun () ->
                let found =
                    Chart.scatter
                        "t"
                        x
                        y
                        [
                            Chart.labelled
                                "a"
                                [ "P69905", 1.2345678901234567, -7.0; "P68871", 0.1, 1e-300 ]
                        ]
                    |> trace

                Assert.equal "scatter" (text [ "type" ] found)
                Assert.equal "markers" (text [ "mode" ] found)
                Assert.equal "a" (text [ "name" ] found)
                equal [ 1.2345678901234567; 0.1 ] (numbers [ "x" ] found)
                equal [ -7.0; 1e-300 ] (numbers [ "y" ] found)
                Assert.equal "P69905<br>a<br>x: 1.2346<br>y: −7" ((texts [ "hovertext" ] found)[0])
                Assert.equal "text" (text [ "hoverinfo" ] found)

            testCase "lines join their points in the order of x, and break where one is missing"
            <| fun () ->
                let found =
                    Chart.lines
                        "t"
                        x
                        y
                        [ Chart.series "a" [ 3.0, 1.0; 1.0, 2.0; nan, 9.0; 2.0, nan; 0.0, 3.0 ] ]
                    |> trace

                Assert.equal "lines+markers" (text [ "mode" ] found)
                equal [ 0.0; 1.0; 2.0; 3.0 ] (numbers [ "x" ] found)
                equal [ 3.0; 2.0; nan; 1.0 ] (numbers [ "y" ] found)

            testCase "of a long line the points are not marked"
            <| fun () ->
                let line count =
                    Chart.lines "t" x y [ Chart.series "a" [ for at in 1..count -> float at, 1.0 ] ]
                    |> trace
                    |> text [ "mode" ]

                Assert.equal "lines+markers" (line 60)
                Assert.equal "lines" (line 61)

            testCase
                "groups have the colours of the pictures, and those that share one differ in symbol or dashes"
            <| fun () ->
                let points = Chart.scatter "t" x y (groups 14) |> traces
                Assert.equal "#0072B2" (text [ "marker"; "color" ] points[0])
                Assert.equal "#D55E00" (text [ "marker"; "color" ] points[1])

                let symbols =
                    [
                        for one in points ->
                            text [ "marker"; "color" ] one, text [ "marker"; "symbol" ] one
                    ]

                Assert.equal 14 ((List.distinct symbols).Length)
                let lines = Chart.lines "t" x y (groups 14) |> traces

                let dashes =
                    [
                        for one in lines ->
                            text [ "line"; "color" ] one, text [ "line"; "dash" ] one
                    ]

                Assert.equal 14 ((List.distinct dashes).Length)
                Assert.equal [ "solid"; "dash" ] (dashes |> List.map snd |> List.distinct)

            testCase "bars keep their values, and whiskers end at their intervals"
            <| fun () ->
                let found =
                    Chart.bars
                        "t"
                        x
                        y
                        [
                            Chart.barWithin 1.0 4.0 "up" 2.5
                            Chart.bar "down" -1.0
                            Chart.bar "up" 0.5
                        ]
                    |> trace

                Assert.equal "bar" (text [ "type" ] found)
                equal [ 0.0; 1.0; 2.0 ] (numbers [ "x" ] found)
                equal [ 2.5; -1.0; 0.5 ] (numbers [ "y" ] found)
                equal [ 1.5; nan; nan ] (numbers [ "error_y"; "array" ] found)
                equal [ 1.5; nan; nan ] (numbers [ "error_y"; "arrayminus" ] found)
                Assert.isFalse (truth [ "error_y"; "symmetric" ] found)

                Assert.notEqual
                    (text [ "marker"; "color" ] found)
                    (text [ "error_y"; "color" ] found)

                Assert.equal "up<br>y: 2.5<br>from 1 to 4" ((texts [ "hovertext" ] found)[0])
                Assert.isFalse (Chart.bars "t" x y [ Chart.bar "a" 1.0 ] |> trace |> has "error_y")

            testCase "a heat map keeps its table, and a missing cell is empty"
            <| fun () ->
                let found =
                    array2D [ [ -2.0; 0.5; nan ]; [ 1.0; 0.0; 1.5 ] ]
                    |> Chart.heatMap
                        "t"
                        x
                        y
                        Colours.Diverging
                        "score"
                        [| "A"; "B" |]
                        [| "K1"; "K2"; "K3" |]
                    |> trace

                Assert.equal "heatmap" (text [ "type" ] found)
                Assert.equal [ [ -2.0; 0.5; nan ]; [ 1.0; 0.0; 1.5 ] ] (table [ "z" ] found)
                equal [ -2.0; 2.0 ] [ number [ "zmin" ] found; number [ "zmax" ] found ]
                Assert.isFalse (truth [ "hoverongaps" ] found)
                Assert.equal "score" (text [ "colorbar"; "title"; "text" ] found)

                let says =
                    rows [ "hovertext" ] found
                    |> List.map (fun row -> [ for cell in row.AsArray() -> string cell ])

                Assert.equal "y: A<br>x: K2<br>score: 0.5" (says[0][1])
                Assert.equal "y: B<br>x: K3<br>score: 1.5" (says[1][2])

            testCase "a heat map has the colours of its picture, from end to end"
            <| fun () ->
                let scale colours =
                    array2D [ [ 5.0; 7.0 ] ]
                    |> Chart.heatMap "t" x y colours "z" [||] [||]
                    |> trace
                    |> rows [ "colorscale" ]
                    |> List.map (fun step -> step.AsArray() |> Seq.map string |> List.ofSeq)

                let sequential, diverging = scale Colours.Sequential, scale Colours.Diverging
                Assert.equal [ "0.0"; "#440154" ] (sequential[0])
                Assert.equal [ "1.0"; "#FDE725" ] (List.last sequential)
                Assert.equal [ "0.5"; "#F7F7F7" ] (diverging[4])

            testCase "a large heat map has no texts, so its page stays small"
            <| fun () ->
                let found =
                    Array2D.zeroCreate 200 101
                    |> Chart.heatMap "t" x y Colours.Sequential "z" [||] [||]
                    |> trace

                Assert.isFalse (has "hovertext" found)
                Assert.equal 200 ((table [ "z" ] found).Length)

            testCase "a histogram counts each group in the same bins"
            <| fun () ->
                let found =
                    Chart.histogram
                        "t"
                        x
                        4
                        [ "a", [| 0.0; 0.5; 1.0; 3.9; 4.0; nan |]; "b", [| 2.5 |] ]
                    |> traces

                equal [ 0.5; 1.5; 2.5; 3.5 ] (numbers [ "x" ] found[0])
                equal [ 1.0; 1.0; 1.0; 1.0 ] (numbers [ "width" ] found[0])
                equal [ 2.0; 1.0; 0.0; 2.0 ] (numbers [ "y" ] found[0])
                equal [ 0.0; 0.0; 1.0; 0.0 ] (numbers [ "y" ] found[1])
                Assert.equal [ "a"; "b" ] (List.map (text [ "name" ]) found)
                Assert.equal "a<br>x: 0 to 1<br>count: 2" ((texts [ "hovertext" ] found[0])[0])
                Assert.equal 0.6 (number [ "opacity" ] found[0])

            testCase "what is not a number is left out of every kind of chart"
            <| fun () ->
                let odd = [| nan; 1.0; infinity; -infinity; 2.0; Double.MaxValue |]
                let points = [ for at, value in Seq.indexed odd -> float at, value ]

                let charts =
                    [
                        Chart.lines "t" x y [ Chart.series "a" points ]
                        Chart.scatter "t" x y [ Chart.series "a" points ]
                        Chart.bars
                            "t"
                            x
                            y
                            [ for value in odd -> Chart.barWithin value 3.0 "b" value ]
                        Chart.heatMap "t" x y Colours.Diverging "z" [||] [||] (array2D [ odd ])
                        Chart.histogram "t" x 3 [ "a", odd ]
                        Chart.scatter "t" x y []
                    ]

                for chart in charts do
                    Expect.isTrue (isSound (layout chart)) $"{chart}"

                    for one in traces chart do
                        Expect.isTrue (isSound one) $"{chart}"

                equal
                    [ nan; 1.0; nan; nan; 2.0; Double.MaxValue ]
                    (numbers [ "y" ] (trace charts[0]))
        ]
