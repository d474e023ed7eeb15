namespace UniRep.Charts

open System
open System.IO
open System.IO.Compression
open System.Reflection
open System.Text.Json.Nodes
open Json
open UniRep

/// Draws charts as pages, by plotly.js.
[<RequireQualifiedAccess>]
module internal PlotlyPage =
    /// The names of so many places along an axis: those that are written, at the numbers of their places.
    let private named count (names: Name list) =
        [
            "tickvals", values [ for name in names -> name.Place * float count - 0.5 ]
            "ticktext", showns [ for name in names -> String.concat "\n" name.Lines ]
        ]

    let private axis (axis: Axis) more =
        fields
            [
                "title", fields [ "text", shown axis.Title ]
                "gridcolor", word "#88888840"
                "linecolor", word "#888888"
                "zeroline", truth false
                "automargin", truth true
                "ticklabeloverflow", word "allow"
                if axis.Scale = Scale.Logarithmic then
                    "type", word "log"
                yield! more
            ]

    let private marginLeft, marginRight, marginBottom = 60, 30, 50

    /// Many names would not find room above the marks.
    let private isBeside groups = groups > 6

    /// A short legend stands above the marks.
    let private marginTop groups =
        if groups > 1 && not (isBeside groups) then 90 else 60

    /// What the axes of a kind of chart have of their own.
    let private ofMark (sheet: Sheet) =
        let width = float (sheet.Width - marginLeft - marginRight - 110)
        let height = float (sheet.Height - marginTop 0 - marginBottom)

        let plain () =
            [ "showgrid", truth false; "showline", truth false ]

        match sheet.Mark with
        | Mark.HeatMap(cells, rows, columns, _, _) ->
            let down, across = Array2D.length1 cells, Array2D.length2 cells
            let longest = 0.28 * float sheet.Width

            plain () @ named across (snd (Names.across width across columns)),
            plain ()
            @ [ "autorange", word "reversed" ]
            @ named down (Names.upwards longest height down rows)
        | Mark.Bars bars ->
            let labels = bars |> List.map _.Label |> Array.ofList
            let turn, names = Names.across width bars.Length labels

            let angle =
                match turn with
                | Turn.Flat -> 0.0
                | Turn.Slanted -> -float Names.slant
                | Turn.Upright -> -90.0

            plain () @ [ "tickangle", real angle ] @ named bars.Length names, []
        | Mark.Lines _
        | Mark.Points _
        | Mark.Histogram _ -> [], []

    let private layout (sheet: Sheet) =
        let ofX, ofY = ofMark sheet

        let groups =
            match sheet.Mark with
            | Mark.Lines series
            | Mark.Points series -> series.Length
            | Mark.Histogram(groups, _) -> groups.Length
            | Mark.Bars _
            | Mark.HeatMap _ -> 0

        // Beside the marks, a long legend can be scrolled.
        let legend =
            if isBeside groups then
                fields [ "y", real 1.0 ]
            else
                fields
                    [
                        "orientation", word "h"
                        "x", real 0.0
                        "y", real 1.02
                        "yanchor", word "bottom"
                    ]

        let lines = Lettering.wrap (float sheet.Width / 1.5) sheet.Title

        let title =
            fields
                [
                    "text", shown (String.concat "\n" lines)
                    "x", real 0.02
                    "xanchor", word "left"
                    "font", fields [ "size", number 16 ]
                ]

        fields
            [
                "title", title
                "xaxis", axis sheet.X ofX
                "yaxis", axis sheet.Y ofY
                "height", number sheet.Height
                "showlegend", truth (groups > 1)
                "legend", legend
                "modebar",
                fields
                    [
                        "bgcolor", word "rgba(0,0,0,0)"
                        "color", word "#888888"
                        "activecolor", word (Palette.category 0)
                    ]
                "barmode", word "overlay"
                "bargap", real 0.3
                "hovermode", word "closest"
                "margin",
                fields
                    [
                        "t", number (marginTop groups)
                        "r", number marginRight
                        "l", number marginLeft
                        "b", number marginBottom
                    ]
                "paper_bgcolor", word "rgba(0,0,0,0)"
                // What is blank in a heat map shows this grey, as in its SVG.
                "plot_bgcolor",
                word (
                    match sheet.Mark with
                    | Mark.HeatMap _ -> "rgba(136,136,136,0.6)"
                    | _ -> "rgba(0,0,0,0)"
                )
            ]

    let private script () =
        use packed =
            Assembly.GetExecutingAssembly().GetManifestResourceStream "plotly-cartesian.min.js.gz"

        use gzip = new GZipStream(nonNull packed, CompressionMode.Decompress)
        use reader = new StreamReader(gzip)
        reader.ReadToEnd()

    /// Writes a complete page. JSON writes `<` as \u003C, so that no text can end the script, and the page's policy
    /// lets nothing be fetched.
    let draw (sheet: Sheet) =
        let traces = (JsonArray(Array.ofList (PlotlyTraces.make sheet))).ToJsonString()
        let layout = (layout sheet).ToJsonString()

        $"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{Lettering.escape sheet.Title}</title>
<style>body{{margin:1em;font-family:sans-serif}}#chart{{max-width:{sheet.Width}px}}</style>
</head>
<body>
<div id="chart"></div>
<script>{script ()}</script>
<script>
const traces = {traces};
const layout = {layout};
const dark = matchMedia("(prefers-color-scheme: dark)");
const font = () => ({{ color: dark.matches ? "#ddd" : "#333", family: "sans-serif" }});
const options = {{ responsive: true, displaylogo: false, showSendToCloud: false }};
const show = () => {{
  for (const trace of traces) if (trace.error_y) trace.error_y.color = font().color;
  Plotly.react("chart", traces, {{ ...layout, font: font() }}, options);
}};
dark.addEventListener("change", show);
show();
</script>
</body>
</html>
"""
