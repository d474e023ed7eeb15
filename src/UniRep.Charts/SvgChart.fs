namespace UniRep.Charts

open System
open UniRep

/// Draws charts as SVG.
[<RequireQualifiedAccess>]
module internal SvgChart =
    let private labelsWidth (ticks: (float * string) list) =
        ticks |> List.map (snd >> Lettering.width) |> List.fold max 14.0

    /// The room for the half of a label that stands at the right end.
    let private atRight = 22.0

    /// A few short names have room beside their points; one that would cover another is left out.
    let private namesBeside (points: ((float * float) option * string) list) =
        let named =
            [
                for point, name in points do
                    match point with
                    | Some(x, y) when name <> "" && name.Length <= 4 -> x + 6.0, y - 5.0, name
                    | _ -> ()
            ]

        let covers (x1, y1: float, name1) (x2, y2, name2) =
            x1 < x2 + Lettering.width name2
            && x2 < x1 + Lettering.width name1
            && abs (y1 - y2) < 11.0

        let add written name =
            if List.exists (covers name) written then
                written
            else
                name :: written

        if points.Length <= 40 then
            [
                for x, y, name in List.fold add [] named |> List.rev -> Svg.text x y "start" name
            ]
        else
            []

    /// Lines and points over two axes of numbers.
    let private xy (sheet: Sheet) (series: Series list) sample draw =
        let points = series |> List.map Sheet.points
        let all = List.concat points
        let xs = Extent.around sheet.X 0.03 [ for struct (x, _, _) in all -> x ]
        let ys = Extent.around sheet.Y 0.06 [ for struct (_, y, _) in all -> y ]
        let ups = Ticks.along (SvgFrame.upParts sheet) ys
        let names = series |> List.map _.Name
        let area = SvgFrame.area sheet names (labelsWidth ups) atRight 20.0

        let place (struct (x, y, _) as point) =
            if Sheet.isDrawn point then
                Some(area.X(xs.Place x), area.Y(ys.Place y))
            else
                None

        [
            yield! SvgFrame.titles sheet area sample names
            yield! SvgFrame.upAxis area ups ys.Place
            yield! SvgFrame.acrossAxis area xs
            SvgFrame.axisLine area area.Bottom
            for group, (one, points) in List.indexed (List.zip series points) do
                let says = Sheet.pointSays sheet one.Name
                yield! draw group [ for point in points -> place point, says point ]
            yield! namesBeside [ for struct (_, _, label) as point in all -> place point, label ]
        ]

    /// A line through points, broken where one cannot be drawn. Of many points none is marked, but they tell.
    let private drawLine group (points: ((float * float) option * string) list) =
        let add (point, _) runs =
            match point, runs with
            | Some at, run :: rest -> (at :: run) :: rest
            | Some at, [] -> [ [ at ] ]
            | None, _ -> [] :: runs

        let isMarked = points.Length <= 60

        [
            for run in List.foldBack add points [] do
                match run with
                | [] -> ()
                | [ x, y ] when not isMarked -> Svg.symbol group x y 2.0 ""
                | _ -> Svg.path group run

            if points.Length <= 1000 then
                if not isMarked then
                    "<g opacity=\"0\">"

                for point, says in points do
                    match point with
                    | Some(x, y) -> Svg.symbol group x y (if isMarked then 3.0 else 4.0) says
                    | None -> ()

                if not isMarked then
                    "</g>"
        ]

    let private drawPoints count group (points: ((float * float) option * string) list) =
        let radius =
            if count <= 400 then 4.0
            elif count <= 1500 then 3.0
            else 2.0

        [
            "<g fill-opacity=\".8\">"
            for point, says in points do
                match point with
                | Some(x, y) -> Svg.symbol group x y radius says
                | None -> ()
            "</g>"
        ]

    let private byX (series: Series) =
        let points =
            Sheet.points series
            |> List.filter (fun struct (x, _, _) -> not (Double.IsNaN x))
            |> List.sortBy (fun struct (x, _, _) -> x)

        { series with
            X = [| for struct (x, _, _) in points -> x |]
            Y = [| for struct (_, y, _) in points -> y |]
            Labels = [| for struct (_, _, label) in points -> label |]
        }

    let private noSample _ _ _ = ""

    let private bars (sheet: Sheet) (bars: Bar list) =
        let ends =
            [
                for bar in bars do
                    bar.Value

                    match bar.Interval with
                    | Some(low, high) -> yield! [ low; high ]
                    | None -> ()
            ]

        let ys =
            match sheet.Y.Scale with
            | Scale.Logarithmic -> Extent.around sheet.Y 0.08 ends
            | Scale.Linear ->
                // Zero is the end of the axis where all values lie on one side of it.
                let exact = Extent.exact sheet.Y (0.0 :: ends)
                let margin isZero = if isZero then 0.0 else 0.06
                Extent.widen (margin (exact.Low = 0.0)) (margin (exact.High = 0.0)) exact

        let ups = Ticks.along (SvgFrame.upParts sheet) ys
        let labels = bars |> List.map _.Label |> Array.ofList
        let count = bars.Length
        let rough = float sheet.Width - labelsWidth ups - 50.0
        let names = Names.across rough count labels
        let left = max (labelsWidth ups) (Names.reach rough names - 26.0)
        let area = SvgFrame.area sheet [] left 16.0 (Names.height names + 4.0)
        let names = Names.across (area.Right - area.Left) count labels
        let step = (area.Right - area.Left) / float (max 1 count)
        let width = min 80.0 (0.68 * step)
        let y value = area.Y(ys.Place value)
        let foot = if sheet.Y.Scale = Scale.Linear then y 0.0 else area.Bottom

        [
            yield! SvgFrame.titles sheet area noSample []
            yield! SvgFrame.upAxis area ups ys.Place
            for at, bar in List.indexed bars do
                let middle = area.Left + (float at + 0.5) * step

                if Extent.isDrawable bar.Value then
                    let top = min foot (y bar.Value)
                    let height = abs (foot - y bar.Value)
                    let fill = $"fill=\"{Palette.category 0}\""
                    Svg.rect (middle - width / 2.0) top width height fill (Sheet.barSays sheet bar)

                match bar.Interval with
                | Some(low, high) when Extent.isDrawable low && Extent.isDrawable high ->
                    let cap = min 7.0 (width / 4.0)
                    Svg.line middle (y low) middle (y high) "whisker"
                    Svg.line (middle - cap) (y low) (middle + cap) (y low) "whisker"
                    Svg.line (middle - cap) (y high) (middle + cap) (y high) "whisker"
                | _ -> ()
            SvgFrame.axisLine area foot
            yield! SvgFrame.names area names
        ]

    let private barSample group x y =
        Svg.rect (x - 6.0) (y - 6.0) 12.0 12.0 $"fill=\"{Palette.category group}\"" ""

    let private histogram (sheet: Sheet) (groups: (string * float[]) list) count =
        let bins = Sheet.bins sheet.X count groups
        let most = bins.Counts |> Seq.collect snd |> Seq.fold max 1 |> float

        let ys =
            match sheet.Y.Scale with
            | Scale.Linear ->
                {
                    Scale = Scale.Linear
                    Low = 0.0
                    High = 1.06 * most
                }
            // A bin of one has a height, an empty one has none.
            | Scale.Logarithmic ->
                {
                    Scale = Scale.Logarithmic
                    Low = 0.7
                    High = 1.4 * most
                }

        let xs =
            {
                Scale = sheet.X.Scale
                Low = bins.Edges[0]
                High = bins.Edges[count]
            }

        let ups =
            Ticks.along (SvgFrame.upParts sheet) ys
            |> List.filter (fun (value, _) -> value = floor value)

        let names = List.map fst groups
        let area = SvgFrame.area sheet names (labelsWidth ups) atRight 20.0
        let xs = Extent.widen 0.01 0.01 xs
        let opacity = if groups.Length > 1 then ".55" else ".9"

        [
            yield! SvgFrame.titles sheet area barSample names
            yield! SvgFrame.upAxis area ups ys.Place
            yield! SvgFrame.acrossAxis area xs
            for group, (name, counts) in List.indexed bins.Counts do
                $"<g fill=\"{Palette.category group}\" fill-opacity=\"{opacity}\">"

                for bin, count in Array.indexed counts do
                    if count > 0 then
                        let left = area.X(xs.Place bins.Edges[bin])
                        let width = area.X(xs.Place bins.Edges[bin + 1]) - left
                        let top = area.Y(ys.Place(float count))
                        let says = Sheet.binSays sheet bins name bin count
                        // A gap where there is room for it.
                        let gap = if width > 4.0 then 0.5 else 0.0
                        Svg.rect (left + gap) top (width - 2.0 * gap) (area.Bottom - top) "" says

                "</g>"
            SvgFrame.axisLine area area.Bottom
        ]

    let draw (sheet: Sheet) =
        match sheet.Mark with
        | Mark.Lines series -> xy sheet (List.map byX series) Svg.lineSample drawLine
        | Mark.Points series ->
            let sample group x y = Svg.symbol group x y 5.0 ""
            let count = series |> List.sumBy _.X.Length
            xy sheet series sample (drawPoints count)
        | Mark.Bars given -> bars sheet given
        | Mark.HeatMap(values, rows, columns, colours, legend) ->
            SvgHeatMap.draw sheet values rows columns colours legend
        | Mark.Histogram(groups, bins) -> histogram sheet groups bins
        |> Svg.document sheet.Width sheet.Height sheet.Title
