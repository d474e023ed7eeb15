namespace UniRep.Charts

open System
open UniRep

/// What is to be drawn.
type internal Sheet =
    {
        Title: string
        X: Axis
        Y: Axis
        Mark: Mark
        Width: int
        Height: int
    }

/// Values of several groups counted in the same bins.
type internal Bins =
    {
        /// One edge more than there are bins.
        Edges: float[]
        Counts: (string * int[]) list
    }

/// What both ways of drawing a chart have in common.
[<RequireQualifiedAccess>]
module internal Sheet =
    let private refuse message : unit = raise (ArgumentException message)

    /// Refuses a series whose arrays do not belong together.
    let private checkSeries (series: Series) =
        let count = series.X.Length

        if series.Y.Length <> count then
            refuse $"series '{series.Name}' has {count} values of x, but {series.Y.Length} of y"

        if series.Labels.Length > 0 && series.Labels.Length <> count then
            refuse $"series '{series.Name}' has {count} points, but {series.Labels.Length} labels"

    /// Refuses names that are not as many as what they name.
    let private checkNames kind count (names: string[]) =
        if names.Length > 0 && names.Length <> count then
            refuse
                $"the heat map has {count} {kind}s, but {names.Length} names of {kind}s: give one for each, or none"

    /// Refuses marks whose parts do not belong together.
    let check mark =
        match mark with
        | Mark.Lines series
        | Mark.Points series -> List.iter checkSeries series
        | Mark.HeatMap(values, rows, columns, _, _) ->
            checkNames "row" (Array2D.length1 values) rows
            checkNames "column" (Array2D.length2 values) columns
        | Mark.Histogram(_, bins) when bins < 1 -> refuse $"{bins} bins: at least one is needed"
        | Mark.Histogram _
        | Mark.Bars _ -> ()

    /// Refuses a size that nothing fits in.
    let checkSize width height =
        if width < 1 || height < 1 then
            refuse $"a chart of {width} x {height} pixels cannot be drawn"

    /// The points of a series in their order, with what each is called.
    let points (series: Series) =
        checkSeries series

        [
            for at in 0 .. series.X.Length - 1 do
                let label = if series.Labels.Length > 0 then series.Labels[at] else ""
                struct (series.X[at], series.Y[at], label)
        ]

    let isDrawn struct (x: float, y: float, _: string) =
        Extent.isDrawable x && Extent.isDrawable y

    /// The labels of places, empty where there are none.
    let labelAt (labels: string[]) at =
        if at < labels.Length then labels[at] else ""

    let bins (x: Axis) count (groups: (string * float[]) list) =
        let range = groups |> Seq.collect snd |> Extent.exact x

        {
            Edges = [| for edge in 0..count -> range.Value(float edge / float count) |]
            Counts =
                groups
                |> List.map (fun (name, values) ->
                    let counts = Array.zeroCreate count

                    for value in Seq.filter Extent.isDrawable values do
                        let bin = int (range.Place value * float count)
                        let bin = Math.Clamp(bin, 0, count - 1)
                        counts[bin] <- counts[bin] + 1

                    name, counts)
        }

    /// The values that the two ends of a heat map's colours stand for.
    let colourRange colours (values: float[,]) =
        let exact =
            values |> Seq.cast<float> |> Extent.exact { Title = ""; Scale = Scale.Linear }

        match colours with
        | Colours.Sequential -> exact
        | Colours.Diverging ->
            let reach = max (abs exact.Low) (abs exact.High)

            { exact with
                Low = -reach
                High = reach
            }

    /// A value with what it is.
    let private named title value =
        if title = "" then value else $"{title}: {value}"

    let private lines (parts: string list) =
        parts |> List.filter ((<>) "") |> String.concat "\n"

    /// What a point shows on hover.
    let pointSays (sheet: Sheet) name struct (x, y, label) =
        lines
            [
                label
                name
                named sheet.X.Title (Numerals.value x)
                named sheet.Y.Title (Numerals.value y)
            ]

    /// What a bar shows on hover.
    let barSays (sheet: Sheet) (bar: Bar) =
        lines
            [
                bar.Label
                named sheet.Y.Title (Numerals.value bar.Value)
                match bar.Interval with
                | Some(low, high) -> $"from {Numerals.value low} to {Numerals.value high}"
                | None -> ()
            ]

    /// What a bin of a group shows on hover.
    let binSays (sheet: Sheet) (bins: Bins) name bin count =
        let edges =
            $"{Numerals.value bins.Edges[bin]} to {Numerals.value bins.Edges[bin + 1]}"

        lines [ name; named sheet.X.Title edges; named sheet.Y.Title (string<int> count) ]

    /// What a place of a heat map is called.
    let place (axis: Axis) kind labels at =
        let label = labelAt labels at
        named axis.Title (if label = "" then $"{kind} {at + 1}" else label)

    /// What a cell of a heat map shows on hover.
    let cellSays (sheet: Sheet) rows columns legend row column value =
        lines
            [
                place sheet.Y "row" rows row
                place sheet.X "column" columns column
                named legend (Numerals.value value)
            ]
