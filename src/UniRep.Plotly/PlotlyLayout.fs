namespace UniRep.Plotly

open Plotly.NET
open Plotly.NET.LayoutObjects
open UniRep.Charts

/// What stands around the marks of a chart, as a layout of Plotly.NET.
[<RequireQualifiedAccess>]
module internal PlotlyLayout =
    let private marginLeft, marginRight, marginBottom = 60, 30, 50

    /// Many names would not find room above the marks.
    let private isBeside groups = groups > 6

    /// A short legend stands above the marks.
    let private marginTop groups =
        if groups > 1 && not (isBeside groups) then 90 else 60

    let private axis (axis: Axis) =
        LinearAxis.init (
            Title = Title.init (Text = PlotlyValues.text axis.Title),
            AxisType =
                (match axis.Scale with
                 | Scale.Linear -> StyleParam.AxisType.Linear
                 | Scale.Logarithmic -> StyleParam.AxisType.Log),
            GridColor = PlotlyValues.colour "#88888840",
            LineColor = PlotlyValues.grey,
            ZeroLine = false,
            AutoMargin = StyleParam.TickAutoMargin.All,
            TickLabelOverflow = StyleParam.TickLabelOverflow.Allow
        )

    let private plain = LinearAxis.style (ShowGrid = false, ShowLine = false)

    /// Writes names at so many places along an axis, at the numbers of their places.
    let private named count (names: Name list) =
        LinearAxis.style (
            TickVals = PlotlyValues.numbers [ for name in names -> name.Place * float count - 0.5 ],
            TickText = PlotlyValues.texts [ for name in names -> String.concat "\n" name.Lines ]
        )

    let private axes (sheet: Sheet) =
        let width = float (sheet.Width - marginLeft - marginRight - 110)
        let height = float (sheet.Height - marginTop 0 - marginBottom)
        let x, y = axis sheet.X, axis sheet.Y

        match sheet.Mark with
        | Mark.HeatMap(cells, rows, columns, _, _) ->
            let down, across = Array2D.length1 cells, Array2D.length2 cells
            let longest = 0.28 * float sheet.Width

            x |> plain |> named across (snd (Names.across width across columns)),
            y
            |> plain
            |> LinearAxis.style (AutoRange = StyleParam.AutoRange.Reversed)
            |> named down (Names.upwards longest height down rows)
        | Mark.Bars bars ->
            let labels = bars |> List.map _.Label |> Array.ofList
            let turn, names = Names.across width bars.Length labels

            let angle =
                match turn with
                | Turn.Flat -> 0
                | Turn.Slanted -> -Names.slant
                | Turn.Upright -> -90

            x |> plain |> LinearAxis.style (TickAngle = angle) |> named bars.Length names, y
        | Mark.Lines _
        | Mark.Points _
        | Mark.Histogram _ -> x, y

    let private legend groups =
        // Beside the marks, a long legend can be scrolled.
        if isBeside groups then
            Legend.init (Y = 1.0)
        else
            Legend.init (
                Orientation = StyleParam.Orientation.Horizontal,
                X = 0.0,
                Y = 1.02,
                YAnchor = StyleParam.YAnchorPosition.Bottom
            )

    let make (sheet: Sheet) =
        let groups =
            match sheet.Mark with
            | Mark.Lines series
            | Mark.Points series -> series.Length
            | Mark.Histogram(groups, _) -> groups.Length
            | Mark.Bars _
            | Mark.HeatMap _ -> 0

        let title = Lettering.wrap (float sheet.Width / 1.5) sheet.Title
        let x, y = axes sheet

        Layout.init (
            Title =
                Title.init (
                    Text = PlotlyValues.text (String.concat "\n" title),
                    X = 0.02,
                    XAnchor = StyleParam.XAnchorPosition.Left,
                    Font = Font.init (Size = 16.0)
                ),
            Font = Font.init (Family = StyleParam.FontFamily.Custom "sans-serif"),
            Height = sheet.Height,
            ShowLegend = (groups > 1),
            ModeBar =
                ModeBar.init (
                    BGColor = PlotlyValues.clear,
                    Color = PlotlyValues.grey,
                    ActiveColor = PlotlyValues.colour (Palette.category 0)
                ),
            BarMode = StyleParam.BarMode.Overlay,
            BarGap = 0.3,
            HoverMode = StyleParam.HoverMode.Closest,
            Margin =
                Margin.init (
                    Top = marginTop groups,
                    Right = marginRight,
                    Left = marginLeft,
                    Bottom = marginBottom
                ),
            PaperBGColor = PlotlyValues.clear,
            // What is blank in a heat map shows this grey, as in its SVG.
            PlotBGColor =
                (match sheet.Mark with
                 | Mark.HeatMap _ -> PlotlyValues.colour "rgba(136,136,136,0.6)"
                 | _ -> PlotlyValues.clear)
        )
        |> Layout.setLinearAxis (StyleParam.SubPlotId.XAxis 1, x)
        |> Layout.setLinearAxis (StyleParam.SubPlotId.YAxis 1, y)
        |> Layout.setLegend (StyleParam.SubPlotId.Legend 1, legend groups)
