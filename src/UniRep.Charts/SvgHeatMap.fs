namespace UniRep.Charts

open System
open UniRep

/// Draws heat maps as SVG.
[<RequireQualifiedAccess>]
module internal SvgHeatMap =
    /// With the colour of what is blank they are 256.
    let private shades = 255

    /// The pixels of cells, transparent where there is no number.
    let private pixels colours (range: Extent) (values: float[,]) =
        let palette =
            Array.init (shades + 1) (fun shade ->
                if shade = shades then
                    [| 0uy; 0uy; 0uy; 0uy |]
                else
                    let colour = Palette.ramp colours (float shade / float (shades - 1))
                    Array.append colour [| 255uy |])

        let shade value =
            if Extent.isDrawable value then
                byte (Math.Round(range.Place value * float (shades - 1)))
            else
                byte shades

        Png.encode palette (Array2D.map shade values)

    /// The colour bar: its gap to the cells, its width, and the gap to its labels.
    let private gap, width, gapToLabels = 16.0, 13.0, 6.0

    let private colourBar (area: Area) colours legend (range: Extent) ticks labelsWidth =
        let ramp =
            Array2D.init shades 1 (fun row _ ->
                range.Value(float (shades - 1 - row) / float (shades - 1)))

        let left = area.Right + gap
        let labels = left + width + gapToLabels
        let height = area.Bottom - area.Top
        let shown = Lettering.shorten (height + 40.0) legend

        [
            Svg.pixels left area.Top width height (pixels colours range ramp)
            for value, label in ticks do
                let y = area.Y(range.Place value)
                Svg.line (left + width) y (labels - 2.0) y "axis"
                Svg.text labels (y + 4.0) "start" label
            if legend <> "" then
                Svg.turned (labels + labelsWidth + 18.0) (area.Y 0.5) 90 "middle" shown
        ]

    /// Rectangles that say what a cell is, in a coordinate system of cells. Beyond some thousands they would make the
    /// file large and the page slow.
    let private telling (sheet: Sheet) (area: Area) (values: float[,]) rows columns legend =
        let scale (length: float) count =
            (length / float count).ToString("F5", Globalization.CultureInfo.InvariantCulture)

        let across = scale (area.Right - area.Left) (Array2D.length2 values)
        let down = scale (area.Bottom - area.Top) (Array2D.length1 values)

        [
            if values.Length <= 6000 then
                $"""<g class="told" transform="translate({Svg.number area.Left} {Svg.number area.Top}) scale({across} {down})">"""

                for row in 0 .. Array2D.length1 values - 1 do
                    for column in 0 .. Array2D.length2 values - 1 do
                        let says =
                            Sheet.cellSays sheet rows columns legend row column values[row, column]

                        $"""<path d="M{column} {row}h1v1h-1z"><title>{Lettering.escape says}</title></path>"""

                "</g>"
        ]

    let draw (sheet: Sheet) (values: float[,]) (rows: string[]) (columns: string[]) colours legend =
        let count, countAcross = Array2D.length1 values, Array2D.length2 values
        let range = Sheet.colourRange colours values
        let ticks = Ticks.along (max 5 (SvgFrame.upParts sheet)) range
        let labelsWidth = ticks |> List.map (snd >> Lettering.width) |> List.fold max 0.0
        let longest = 0.28 * float sheet.Width

        let left = rows |> Array.map Lettering.width |> Array.fold max 0.0 |> min longest

        let right =
            gap + width + gapToLabels + labelsWidth + (if legend = "" then 8.0 else 26.0)

        let rough = float sheet.Width - left - right - 34.0
        let names = Names.across rough countAcross columns
        let left = max left (Names.reach rough names - 26.0)
        let below = if columns.Length = 0 then 4.0 else Names.height names + 4.0
        let area = SvgFrame.area sheet [] left right below
        let width, height = area.Right - area.Left, area.Bottom - area.Top

        [
            yield! SvgFrame.titles sheet area (fun _ _ _ -> "") []
            // What is blank shows this grey, which no ramp has.
            $"""<rect x="{Svg.number area.Left}" y="{Svg.number area.Top}" width="{Svg.number width}" height="{Svg.number height}" fill="#888" fill-opacity=".6"/>"""
            if values.Length > 0 then
                Svg.pixels area.Left area.Top width height (pixels colours range values)
                yield! telling sheet area values rows columns legend
            for name in Names.upwards longest height count rows do
                let y = area.Top + name.Place * height + 4.0
                Svg.text (area.Left - 7.0) y "end" name.Lines.Head
            yield! SvgFrame.names area (Names.across width countAcross columns)
            yield! colourBar area colours legend range ticks labelsWidth
        ]
