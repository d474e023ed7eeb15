namespace UniRep.Charts

open System
open System.Text.Json.Nodes
open Json
open UniRep

/// What plotly.js calls traces: the marks of a chart with all of their numbers.
[<RequireQualifiedAccess>]
module internal PlotlyTraces =
    let private symbols = [ "circle"; "square"; "triangle-up"; "diamond" ]
    let private dashes = [ "solid"; "dash"; "dot" ]

    let private xy (sheet: Sheet) mode size (series: Series list) =
        [
            for index, one in List.indexed series do
                let points = Sheet.points one
                let round = Palette.round index
                let colour () = "color", word (Palette.category index)

                fields
                    [
                        "type", word "scatter"
                        "mode", word mode
                        "name", shown one.Name
                        "x", values [ for struct (x, _, _) in points -> x ]
                        "y", values [ for struct (_, y, _) in points -> y ]
                        "hovertext", showns (List.map (Sheet.pointSays sheet one.Name) points)
                        "hoverinfo", word "text"
                        "marker",
                        fields
                            [
                                colour ()
                                "size", real size
                                "symbol", word symbols[round % symbols.Length]
                            ]
                        "line", fields [ colour (); "dash", word dashes[round % dashes.Length] ]
                    ]
        ]

    /// Lines join the points in the order of x.
    let private byX (series: Series) =
        let points =
            Sheet.points series
            |> List.filter (fun struct (x, _, _) -> Double.IsFinite x)
            |> List.sortBy (fun struct (x, _, _) -> x)

        { series with
            X = [| for struct (x, _, _) in points -> x |]
            Y = [| for struct (_, y, _) in points -> y |]
            Labels = [| for struct (_, _, label) in points -> label |]
        }

    let private bars (sheet: Sheet) (bars: Bar list) =
        let reach side =
            values
                [
                    for bar in bars ->
                        bar.Interval |> Option.map (side bar.Value) |> Option.defaultValue nan
                ]

        fields
            [
                "type", word "bar"
                // Names may repeat, so that bars are placed by number and the names stand on ticks.
                "x", values [ for at in 0 .. bars.Length - 1 -> float at ]
                "y", values (List.map _.Value bars)
                "hovertext", showns (List.map (Sheet.barSays sheet) bars)
                "hoverinfo", word "text"
                "marker", fields [ "color", word (Palette.category 0) ]
                if bars |> List.exists _.Interval.IsSome then
                    "error_y",
                    fields
                        [
                            "type", word "data"
                            "symmetric", truth false
                            "array", reach (fun value (_, high) -> high - value)
                            "arrayminus", reach (fun value (low, _) -> value - low)
                        ]
            ]

    let private heatMap (sheet: Sheet) (cells: float[,]) rows columns colours legend =
        let range = Sheet.colourRange colours cells

        let scale =
            JsonArray
                [|
                    for step in 0..8 ->
                        let place = float step / 8.0
                        let colour = Palette.hex (Palette.ramp colours place)
                        JsonArray(JsonValue.Create place, word colour) :> JsonNode
                |]

        let says row column =
            Sheet.cellSays sheet rows columns legend row column cells[row, column]

        fields
            [
                "type", word "heatmap"
                "z",
                JsonArray [| for row in 0 .. Array2D.length1 cells - 1 -> values cells[row, *] |]
                if cells.Length <= 20_000 then
                    "hovertext",
                    JsonArray
                        [|
                            for row in 0 .. Array2D.length1 cells - 1 ->
                                showns
                                    [
                                        for column in 0 .. Array2D.length2 cells - 1 ->
                                            says row column
                                    ]
                        |]

                    "hoverinfo", word "text"
                "hoverongaps", truth false
                "zmin", real range.Low
                "zmax", real range.High
                "colorscale", scale
                "colorbar",
                fields
                    [
                        "title", fields [ "text", shown legend; "side", word "right" ]
                        "thickness", number 14
                        "outlinewidth", number 0
                    ]
            ]

    let private histogram (sheet: Sheet) groups count =
        let bins = Sheet.bins sheet.X count groups
        let ends = Array.pairwise bins.Edges

        [
            for index, (name, counts) in List.indexed bins.Counts do
                fields
                    [
                        "type", word "bar"
                        "name", shown name
                        "x", values [ for low, high in ends -> (low + high) / 2.0 ]
                        "y", values (Array.map float counts)
                        "width", values [ for low, high in ends -> high - low ]
                        "hovertext", showns (Array.mapi (Sheet.binSays sheet bins name) counts)
                        "hoverinfo", word "text"
                        "opacity", real (if bins.Counts.Length > 1 then 0.6 else 0.9)
                        "marker", fields [ "color", word (Palette.category index) ]
                    ]
        ]

    let make (sheet: Sheet) =
        match sheet.Mark with
        | Mark.Lines series ->
            let isSparse = series |> List.forall (fun one -> one.X.Length <= 60)

            List.map byX series
            |> xy sheet (if isSparse then "lines+markers" else "lines") 6.0
        | Mark.Points series -> xy sheet "markers" 8.0 series
        | Mark.Bars given -> [ bars sheet given ]
        | Mark.HeatMap(cells, rows, columns, colours, legend) ->
            [ heatMap sheet cells rows columns colours legend ]
        | Mark.Histogram(groups, count) -> histogram sheet groups count
