namespace UniRep.Charts

open System

/// Draws charts as SVG.
[<RequireQualifiedAccess>]
module internal SvgChart =
    let private upParts = 6

    let private labelsWidth (ticks: (float * string) list) =
        ticks |> List.map (snd >> Svg.width) |> List.fold max 14.0

    let private says name x y label =
        let at = $"{Sheet.value x}, {Sheet.value y}"
        [ label; name; at ] |> List.filter ((<>) "") |> String.concat ": "

    /// Lines and points over two axes of numbers.
    let private xy
        (sheet: Sheet)
        (series: Series list)
        (draw: (float * float * string) list -> string -> string list)
        =
        let points = series |> List.map Sheet.points
        let all = points |> List.concat |> List.filter Sheet.isDrawn
        let xs = Ticks.range sheet.X 0.03 [ for struct (x, _, _) in all -> x ]
        let ys = Ticks.range sheet.Y 0.06 [ for struct (_, y, _) in all -> y ]
        let ups = Ticks.along upParts ys
        let names = series |> List.map _.Name
        let area = SvgFrame.area sheet names (labelsWidth ups) 0.0 20.0

        [
            yield! SvgFrame.titles sheet area names
            yield! SvgFrame.upAxis area ups ys.Place
            yield! SvgFrame.acrossAxis area (Ticks.along (SvgFrame.parts area) xs) xs.Place
            SvgFrame.base' area
            for index, (one, points) in List.indexed (List.zip series points) do
                let placed =
                    [
                        for struct (x, y, label) in points do
                            if Sheet.isDrawn struct (x, y, label) then
                                area.X(xs.Place x), area.Y(ys.Place y), says one.Name x y label
                            else
                                nan, nan, ""
                    ]

                yield! draw placed (Palette.category index)

                // A few short names have room beside their points.
                if all.Length <= 40 then
                    for struct (x, y, label), (atX, atY, _) in List.zip points placed do
                        if label.Length <= 4 && Sheet.isDrawn struct (x, y, label) then
                            Svg.text (atX + 6.0) (atY - 5.0) "start" label
        ]

    /// A line through points in the order of x, broken where a value is missing.
    let private drawLine points colour =
        let rec runs run rest =
            match rest with
            | (x: float, _, _) :: rest when Double.IsNaN x -> List.rev run :: runs [] rest
            | (x, y, _) :: rest -> runs ((x, y) :: run) rest
            | [] -> [ List.rev run ]

        [
            for run in runs [] points do
                if run.Length > 1 then
                    Svg.path run colour
            if points.Length <= 60 then
                for x, y, says in points do
                    if not (Double.IsNaN x) then
                        Svg.dot x y 3.0 colour says
        ]

    let private drawPoints points colour =
        [
            $"""<g fill-opacity="0.8">"""
            for x, y, says in points do
                if not (Double.IsNaN x) then
                    Svg.dot x y (if List.length points > 500 then 2.0 else 4.0) colour says
            "</g>"
        ]

    let private byX (series: Series) : Series =
        let order = Array.sortBy (fun at -> series.X[at]) [| 0 .. series.X.Length - 1 |]

        { series with
            X = Array.map (Array.get series.X) order
            Y = Array.map (Array.get series.Y) order
            Labels =
                if series.Labels.Length = order.Length then
                    Array.map (Array.get series.Labels) order
                else
                    [||]
        }

    let private bars (sheet: Sheet) (bars: Bar list) =
        let ends bar =
            match bar.Interval with
            | Some(low, high) -> [ bar.Value; low; high ]
            | None -> [ bar.Value ]

        let zero = if sheet.Y.Scale = Linear then [ 0.0 ] else []
        let ys = Ticks.range sheet.Y 0.06 (zero @ List.collect ends bars)
        let isBelow = List.collect ends bars |> List.exists (fun value -> value < 0.0)
        let isAbove = List.collect ends bars |> List.exists (fun value -> value > 0.0)

        // Zero itself is the end of the axis where all values lie on one side of it.
        let ys =
            match sheet.Y.Scale with
            | Linear when not isBelow && isAbove -> { ys with Low = 0.0 }
            | Linear when isBelow && not isAbove -> { ys with High = 0.0 }
            | _ -> ys

        let ups = Ticks.along upParts ys
        let labels = bars |> List.map _.Label |> Array.ofList
        let below = SvgFrame.namesHeight (float sheet.Width - 80.0) labels
        let area = SvgFrame.area sheet [] (labelsWidth ups) 0.0 below
        let step = (area.Right - area.Left) / float (max 1 labels.Length)
        let y value = area.Y(ys.Place value)
        let foot = if sheet.Y.Scale = Linear then y 0.0 else area.Bottom

        [
            yield! SvgFrame.titles sheet area []
            yield! SvgFrame.upAxis area ups ys.Place
            for at, bar in List.indexed bars do
                let middle = area.Left + (float at + 0.5) * step
                let width = min 60.0 (0.7 * step)

                if Double.IsFinite bar.Value then
                    let top = min foot (y bar.Value)
                    let fill = $"fill=\"{Palette.category 0}\""

                    Svg.rect
                        (middle - width / 2.0)
                        top
                        width
                        (abs (foot - y bar.Value))
                        fill
                        $"{bar.Label}: {Sheet.value bar.Value}"

                match bar.Interval with
                | Some(low, high) when Double.IsFinite low && Double.IsFinite high ->
                    let cap = min 6.0 (width / 4.0)
                    Svg.line middle (y low) middle (y high) "whisker"
                    Svg.line (middle - cap) (y low) (middle + cap) (y low) "whisker"
                    Svg.line (middle - cap) (y high) (middle + cap) (y high) "whisker"
                | _ -> ()
            Svg.line area.Left foot area.Right foot "axis"
            yield! SvgFrame.names area labels
        ]

    let private histogram (sheet: Sheet) groups count =
        let bins = Sheet.bins count groups
        let most = bins.Counts |> List.collect (snd >> List.ofArray) |> List.fold max 1

        let ys =
            {
                Scale = Linear
                Low = 0.0
                High = 1.06 * float most
            }

        let xs =
            {
                Scale = Linear
                Low = bins.Edges[0]
                High = Array.last bins.Edges
            }

        let ups =
            Ticks.along upParts ys |> List.filter (fun (value, _) -> value = floor value)

        let names = List.map fst groups
        let area = SvgFrame.area sheet names (labelsWidth ups) 0.0 20.0

        [
            yield! SvgFrame.titles sheet area names
            yield! SvgFrame.upAxis area ups ys.Place
            yield! SvgFrame.acrossAxis area (Ticks.along (SvgFrame.parts area) xs) xs.Place
            for index, (name, counts) in List.indexed bins.Counts do
                for bin, count in Array.indexed counts do
                    if count > 0 then
                        let left, right =
                            area.X(xs.Place bins.Edges[bin]), area.X(xs.Place bins.Edges[bin + 1])

                        let top = area.Y(ys.Place(float count))

                        let range =
                            $"{Sheet.value bins.Edges[bin]} to {Sheet.value bins.Edges[bin + 1]}"

                        let opacity = if groups.Length > 1 then 0.6 else 0.9

                        let fill =
                            $"fill=\"{Palette.category index}\" fill-opacity=\"{Svg.number opacity}\""

                        Svg.rect
                            (left + 0.5)
                            top
                            (right - left - 1.0)
                            (area.Bottom - top)
                            fill
                            $"{name}: {count} from {range}"
            SvgFrame.base' area
        ]

    /// The pixels of a heat map, transparent where there is no number.
    let private cells colours (low, high) (values: float[,]) =
        let shades = 255

        let palette =
            Array.append
                [|
                    for shade in 0 .. shades - 1 ->
                        Array.append
                            (Palette.ramp colours (float shade / float (shades - 1)))
                            [| 255uy |]
                |]
                [| [| 0uy; 0uy; 0uy; 0uy |] |]

        let shade value =
            if Double.IsFinite value then
                byte (
                    Math.Round(
                        Math.Clamp((value - low) / (high - low), 0.0, 1.0) * float (shades - 1)
                    )
                )
            else
                byte shades

        Png.encode palette (Array2D.map shade values)

    let private colourBar (area: Area) colours legend (low, high) =
        let range =
            {
                Scale = Linear
                Low = low
                High = high
            }

        let ramp =
            Array2D.init 128 1 (fun row _ -> low + (high - low) * float (127 - row) / 127.0)

        let left = area.Right + 18.0

        [
            Svg.pixels left area.Top 14.0 (area.Bottom - area.Top) (cells colours (low, high) ramp)
            for value, label in Ticks.along 5 range do
                Svg.text (left + 20.0) (area.Y(range.Place value) + 4.0) "start" label
            Svg.turned (area.Right + 88.0) (area.Y 0.5) 90 "middle" legend
        ]

    let private heatMap
        (sheet: Sheet)
        (values: float[,])
        (rows: string[])
        (columns: string[])
        colours
        legend
        =
        let count = Array2D.length1 values
        let range = Sheet.colourRange colours values
        let left = rows |> Array.map Svg.width |> Array.fold max 14.0 |> min 160.0
        let below = SvgFrame.namesHeight (float sheet.Width - 130.0 - left) columns
        let area = SvgFrame.area sheet [] left 96.0 below
        let step = (area.Bottom - area.Top) / float (max 1 count)
        let every = Ticks.every 13.0 step

        [
            yield! SvgFrame.titles sheet area []
            if values.Length > 0 then
                Svg.pixels
                    area.Left
                    area.Top
                    (area.Right - area.Left)
                    (area.Bottom - area.Top)
                    (cells colours range values)
            for row in 0..every .. (min count rows.Length) - 1 do
                Svg.text
                    (area.Left - 7.0)
                    (area.Top + (float row + 0.5) * step + 4.0)
                    "end"
                    (Svg.shorten 160.0 rows[row])
            yield! SvgFrame.names area columns
            yield! colourBar area colours legend range
        ]

    let draw (sheet: Sheet) =
        match sheet.Mark with
        | Mark.Lines series -> xy sheet (List.map byX series) drawLine
        | Mark.Points series -> xy sheet series drawPoints
        | Mark.Bars given -> bars sheet given
        | Mark.HeatMap(values, rows, columns, colours, legend) ->
            heatMap sheet values rows columns colours legend
        | Mark.Histogram(groups, bins) -> histogram sheet groups bins
        |> Svg.document sheet.Width sheet.Height sheet.Title
