// System.Text.Json takes null for JSON's null, which F# has no way to say of elements of arrays.
#nowarn "3261"

namespace UniRep.Charts

open System
open System.IO
open System.IO.Compression
open System.Reflection
open System.Text.Json.Nodes

/// Draws charts as pages, by plotly.js.
[<RequireQualifiedAccess>]
module internal Plotly =
    let private fields (pairs: (string * JsonNode) list) =
        let made = JsonObject()

        for name, value in pairs do
            made.Add(name, value)

        made :> JsonNode

    let private word (text: string) = JsonValue.Create text :> JsonNode
    let private number (value: int) = JsonValue.Create value :> JsonNode

    /// Numbers; what is not finite is null, which plotly leaves out.
    let private values (numbers: float seq) =
        JsonArray
            [|
                for value in numbers ->
                    if Double.IsFinite value then
                        JsonValue.Create value :> JsonNode
                    else
                        null
            |]
        :> JsonNode

    let private words (texts: string seq) =
        JsonArray [| for text in texts -> word text |] :> JsonNode

    let private coloured index =
        fields [ "color", word (Palette.category index) ]

    let private xy mode (series: Series list) =
        [
            for index, one in List.indexed series do
                fields
                    [
                        "type", word "scatter"
                        "mode", word mode
                        "name", word one.Name
                        "x", values one.X
                        "y", values one.Y
                        "text", words one.Labels
                        "marker", coloured index
                        "line", coloured index
                    ]
        ]

    let private bars (bars: Bar list) =
        let reach side =
            values
                [
                    for bar in bars ->
                        bar.Interval |> Option.map (side bar.Value) |> Option.defaultValue 0.0
                ]

        fields
            [
                "type", word "bar"
                "x", words (List.map _.Label bars)
                "y", values (List.map _.Value bars)
                "marker", coloured 0
                if bars |> List.exists _.Interval.IsSome then
                    "error_y",
                    fields
                        [
                            "type", word "data"
                            "symmetric", JsonValue.Create false
                            "array", reach (fun value (_, high) -> high - value)
                            "arrayminus", reach (fun value (low, _) -> value - low)
                        ]
            ]

    let private heatMap (cells: float[,]) rows columns colours legend =
        let low, high = Sheet.colourRange colours cells

        let scale =
            JsonArray
                [|
                    for step in 0..8 ->
                        let place = float step / 8.0

                        JsonArray(
                            JsonValue.Create place,
                            word (Palette.hex (Palette.ramp colours place))
                        )
                        :> JsonNode
                |]

        let named name (labels: string[]) =
            // Labels may repeat (letters of a sequence), so that cells are placed by number and labels stand on ticks.
            [ name, values [ for at in 0 .. labels.Length - 1 -> float at ] ]

        fields
            [
                "type", word "heatmap"
                "z",
                JsonArray [| for row in 0 .. Array2D.length1 cells - 1 -> values cells[row, *] |]
                if Array.length columns = Array2D.length2 cells then
                    yield! named "x" columns
                if Array.length rows = Array2D.length1 cells then
                    yield! named "y" rows
                "zmin", JsonValue.Create low
                "zmax", JsonValue.Create high
                "colorscale", scale
                "colorbar", fields [ "title", fields [ "text", word legend ] ]
            ]

    let private histogram groups count =
        let bins = Sheet.bins count groups

        [
            for index, (name, counts) in List.indexed bins.Counts do
                fields
                    [
                        "type", word "bar"
                        "name", word name
                        "x",
                        values
                            [
                                for bin in 0 .. counts.Length - 1 ->
                                    (bins.Edges[bin] + bins.Edges[bin + 1]) / 2.0
                            ]
                        "y", values (Array.map float counts)
                        "width", JsonValue.Create(bins.Edges[1] - bins.Edges[0])
                        "opacity", JsonValue.Create 0.6
                        "marker", coloured index
                    ]
        ]

    let private traces mark =
        match mark with
        | Mark.Lines series -> xy "lines+markers" series
        | Mark.Points series -> xy "markers" series
        | Mark.Bars given -> [ bars given ]
        | Mark.HeatMap(cells, rows, columns, colours, legend) ->
            [ heatMap cells rows columns colours legend ]
        | Mark.Histogram(groups, count) -> histogram groups count

    let private axis (axis: Axis) (labels: string[]) isReversed =
        fields
            [
                "title", fields [ "text", word axis.Title ]
                "gridcolor", word "#88888840"
                "zeroline", JsonValue.Create false
                "automargin", JsonValue.Create true
                if axis.Scale = Logarithmic then
                    "type", word "log"
                if isReversed then
                    "autorange", word "reversed"
                if labels.Length > 0 then
                    "tickvals", values [ for at in 0 .. labels.Length - 1 -> float at ]
                    "ticktext", words labels
            ]

    let private layout (sheet: Sheet) =
        let rows, columns, isMap =
            match sheet.Mark with
            | Mark.HeatMap(_, rows, columns, _, _) -> rows, columns, true
            | _ -> [||], [||], false

        fields
            [
                "title", fields [ "text", word sheet.Title ]
                "xaxis", axis sheet.X columns false
                "yaxis", axis sheet.Y rows isMap
                "width", number sheet.Width
                "height", number sheet.Height
                "barmode", word "overlay"
                "hovermode", word "closest"
                "paper_bgcolor", word "rgba(0,0,0,0)"
                "plot_bgcolor", word "rgba(0,0,0,0)"
            ]

    let private script () =
        use packed =
            Assembly.GetExecutingAssembly().GetManifestResourceStream "plotly-cartesian.min.js.gz"

        use gzip = new GZipStream(nonNull packed, CompressionMode.Decompress)
        use reader = new StreamReader(gzip)
        reader.ReadToEnd()

    /// Writes a complete page. JSON writes `<` as \u003C, so that no text can end the script.
    let page (sheet: Sheet) =
        let traces = (JsonArray(Array.ofList (traces sheet.Mark))).ToJsonString()
        let layout = (layout sheet).ToJsonString()

        $"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>{Svg.escape sheet.Title}</title>
<style>body{{font-family:sans-serif;margin:1em}}</style>
</head>
<body>
<div id="chart"></div>
<script>{script ()}</script>
<script>
const traces = {traces};
const layout = {layout};
const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
layout.font = {{ color: isDark ? "#ddd" : "#333" }};
Plotly.newPlot("chart", traces, layout, {{ responsive: true, displaylogo: false }});
</script>
</body>
</html>
"""
