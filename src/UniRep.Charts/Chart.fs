namespace UniRep.Charts

open System
open UniRep

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Chart =
    {
        Title: string
        X: Axis
        Y: Axis
        Mark: Mark
        Width: int
        Height: int
    }

    /// Raises ArgumentException if the parts of the chart do not belong together.
    member internal this.Sheet: Sheet =
        Sheet.checkSize this.Width this.Height
        Sheet.check this.Mark

        {
            Title = this.Title
            X = this.X
            Y = this.Y
            Mark = this.Mark
            Width = this.Width
            Height = this.Height
        }

    member this.Summary =
        let kind, count =
            match this.Mark with
            | Mark.Lines series -> "Lines", series.Length
            | Mark.Points series -> "Points", series.Length
            | Mark.Bars bars -> "Bars", bars.Length
            | Mark.HeatMap(values, _, _, _, _) -> "HeatMap", values.Length
            | Mark.Histogram(groups, _) -> "Histogram", groups.Length

        $"{kind} ({count}): {this.Title}"

    override this.ToString() = this.Summary

    member this.ToHtml() = SvgChart.draw this.Sheet

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<RequireQualifiedAccess>]
module Chart =
    let axis title = { Title = title; Scale = Scale.Linear }

    let logAxis title =
        {
            Title = title
            Scale = Scale.Logarithmic
        }

    let private ofMark title x y mark =
        Sheet.check mark

        {
            Title = title
            X = x
            Y = y
            Mark = mark
            Width = 720
            Height = 440
        }

    let labelled name points =
        let points = Array.ofSeq points

        {
            Name = name
            X = points |> Array.map (fun (_, x, _) -> x)
            Y = points |> Array.map (fun (_, _, y) -> y)
            Labels = points |> Array.map (fun (label, _, _) -> label)
        }

    let series name points =
        { labelled name (Seq.map (fun (x, y) -> "", x, y) points) with
            Labels = [||]
        }

    let lines title x y series = ofMark title x y (Mark.Lines series)
    let scatter title x y series = ofMark title x y (Mark.Points series)
    let bars title x y bars = ofMark title x y (Mark.Bars bars)

    let bar label value =
        {
            Label = label
            Value = value
            Interval = None
        }

    let barWithin low high label value =
        {
            Label = label
            Value = value
            Interval = Some(low, high)
        }

    let heatMap title x y colours legend rows columns values =
        ofMark title x y (Mark.HeatMap(values, rows, columns, colours, legend))

    let histogram title x bins groups =
        ofMark title x (axis "count") (Mark.Histogram(groups, bins))

    let sized width height chart =
        Sheet.checkSize width height

        { chart with
            Chart.Width = width
            Height = height
        }

    let toSvg (chart: Chart) = SvgChart.draw chart.Sheet

    let save (path: string) chart =
        match ChartFile.extension path with
        | ".svg" -> ChartFile.write path (toSvg chart)
        | ".html"
        | ".htm" ->
            raise (
                ArgumentException(
                    $"{path}: pages are made by Chart.savePage of the package UniRep.Plotly; this writes a picture (.svg)",
                    nameof path
                )
            )
        | other ->
            raise (
                ArgumentException(
                    $"{path}: a chart is saved as a picture (.svg), not as {ChartFile.kind other}",
                    nameof path
                )
            )
