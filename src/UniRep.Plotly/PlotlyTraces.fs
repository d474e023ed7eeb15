namespace UniRep.Plotly

open System
open Plotly.NET
open Plotly.NET.TraceObjects
open UniRep.Charts

/// The marks of a chart with all of their numbers, as traces of Plotly.NET.
[<RequireQualifiedAccess>]
module internal PlotlyTraces =
    let private symbols =
        [
            StyleParam.MarkerSymbol.Circle
            StyleParam.MarkerSymbol.Square
            StyleParam.MarkerSymbol.TriangleUp
            StyleParam.MarkerSymbol.Diamond
        ]

    let private dashes =
        [
            StyleParam.DrawingStyle.Solid
            StyleParam.DrawingStyle.Dash
            StyleParam.DrawingStyle.Dot
        ]

    let private category index =
        PlotlyValues.colour (Palette.category index)

    /// Refuses values that a logarithmic axis cannot show; plotly.js would leave them out.
    let private checkScale axis values = Extent.exact axis values |> ignore

    let private xy (sheet: Sheet) mode size (series: Series list) =
        series |> Seq.collect _.X |> checkScale sheet.X
        series |> Seq.collect _.Y |> checkScale sheet.Y

        [
            for index, one in List.indexed series do
                let points = Sheet.points one
                let round = Palette.round index
                let symbol, dash = symbols[round % symbols.Length], dashes[round % dashes.Length]

                Trace2DStyle.Scatter(
                    Name = PlotlyValues.text one.Name,
                    Mode = mode,
                    X = PlotlyValues.numbers [ for struct (x, _, _) in points -> x ],
                    Y = PlotlyValues.numbers [ for struct (_, y, _) in points -> y ],
                    MultiHoverText =
                        PlotlyValues.texts (List.map (Sheet.pointSays sheet one.Name) points),
                    HoverInfo = StyleParam.HoverInfo.Text,
                    Marker = Marker.init (Color = category index, Size = size, Symbol = symbol),
                    Line = Line.init (Color = category index, Dash = dash)
                )
                |> Trace2D.initScatter
                :> Trace
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

    let private whiskers (bars: Bar list) =
        let reach side =
            PlotlyValues.numbers
                [
                    for bar in bars ->
                        bar.Interval |> Option.map (side bar.Value) |> Option.defaultValue nan
                ]

        if bars |> List.exists _.Interval.IsSome then
            Some(
                Error.init (
                    Type = StyleParam.ErrorType.Data,
                    Symmetric = false,
                    Array = reach (fun value (_, high) -> high - value),
                    Arrayminus = reach (fun value (low, _) -> value - low),
                    // Otherwise they have the colour of the bar, and are lost in it.
                    Color = PlotlyValues.colour "#444444"
                )
            )
        else
            None

    let private bars (sheet: Sheet) (bars: Bar list) =
        bars
        |> Seq.collect (fun bar ->
            match bar.Interval with
            | Some(low, high) -> [ bar.Value; low; high ]
            | None -> [ bar.Value ])
        |> checkScale sheet.Y

        Trace2DStyle.Bar(
            // Names may repeat, so bars are placed by number, and the names stand on ticks.
            X = PlotlyValues.numbers [ for at in 0 .. bars.Length - 1 -> float at ],
            Y = PlotlyValues.numbers (List.map _.Value bars),
            MultiHoverText = PlotlyValues.texts (List.map (Sheet.barSays sheet) bars),
            HoverInfo = StyleParam.HoverInfo.Text,
            Marker = Marker.init (Color = category 0),
            ?YError = whiskers bars
        )
        |> Trace2D.initBar
        :> Trace

    let private heatMap (sheet: Sheet) (cells: float[,]) rows columns colours legend =
        let range = Sheet.colourRange colours cells
        let rowIndices = [| 0 .. Array2D.length1 cells - 1 |]

        let scale =
            [
                for step in 0..8 ->
                    let place = float step / 8.0
                    place, PlotlyValues.colour (Palette.hex (Palette.ramp colours place))
            ]

        let trace =
            Trace2DStyle.Heatmap(
                Z = [| for row in rowIndices -> PlotlyValues.numbers cells[row, *] |],
                HoverOnGaps = false,
                ZMin = range.Low,
                ZMax = range.High,
                ColorScale = StyleParam.Colorscale.Custom scale,
                ColorBar =
                    ColorBar.init (
                        Title =
                            Title.init (
                                Text = PlotlyValues.text legend,
                                Side = StyleParam.Side.Right
                            ),
                        Thickness = 14.0,
                        OutlineWidth = 0.0
                    )
            )
            |> Trace2D.initHeatmap

        if cells.Length <= 20_000 then
            let says row column =
                Sheet.cellSays sheet rows columns legend row column cells[row, column]

            // Plotly.NET has no typed property for a table of texts.
            trace.SetProperty(
                "hovertext",
                [|
                    for row in rowIndices ->
                        PlotlyValues.texts (Seq.init (Array2D.length2 cells) (says row))
                |]
            )

            trace.SetProperty("hoverinfo", "text")

        trace :> Trace

    let private histogram (sheet: Sheet) groups count =
        let bins = Sheet.bins sheet.X count groups
        let ends = Array.pairwise bins.Edges

        [
            for index, (name, counts) in List.indexed bins.Counts do
                Trace2DStyle.Bar(
                    Name = PlotlyValues.text name,
                    X = PlotlyValues.numbers [ for low, high in ends -> (low + high) / 2.0 ],
                    Y = PlotlyValues.numbers (Array.map float counts),
                    MultiWidth = PlotlyValues.numbers [ for low, high in ends -> high - low ],
                    MultiHoverText =
                        PlotlyValues.texts (Array.mapi (Sheet.binSays sheet bins name) counts),
                    HoverInfo = StyleParam.HoverInfo.Text,
                    Opacity = (if bins.Counts.Length > 1 then 0.6 else 0.9),
                    Marker = Marker.init (Color = category index)
                )
                |> Trace2D.initBar
                :> Trace
        ]

    let make (sheet: Sheet) =
        match sheet.Mark with
        | Mark.Lines series ->
            let mode =
                if series |> List.forall (fun one -> one.X.Length <= 60) then
                    StyleParam.Mode.Lines_Markers
                else
                    StyleParam.Mode.Lines

            List.map byX series |> xy sheet mode 6
        | Mark.Points series -> xy sheet StyleParam.Mode.Markers 8 series
        | Mark.Bars given -> [ bars sheet given ]
        | Mark.HeatMap(cells, rows, columns, colours, legend) ->
            [ heatMap sheet cells rows columns colours legend ]
        | Mark.Histogram(groups, count) -> histogram sheet groups count
