namespace UniRep.Charts

open System
open UniRep

/// Where the marks of a chart are on the sheet, in pixels.
type internal Area =
    {
        Left: float
        Right: float
        Top: float
        Bottom: float
    }

    /// The place of a share of the width.
    member this.X(share: float) =
        this.Left + share * (this.Right - this.Left)

    /// The place of a share of the height, from the bottom.
    member this.Y(share: float) =
        this.Bottom - share * (this.Bottom - this.Top)

/// What stands around the marks: title, legend, axes.
[<RequireQualifiedAccess>]
module internal SvgFrame =
    /// Beyond the last row of a legend, names are only counted.
    let private rowsAtMost (sheet: Sheet) = max 1 (sheet.Height / 90)

    /// Names beside their samples, in rows: the row and the place in it of each name that finds room.
    let private legendPlaces (sheet: Sheet) left (names: string list) =
        let longest = float sheet.Width - left - 40.0
        let names = List.map (Lettering.shorten longest) names
        let step name = Lettering.width name + 36.0

        ((0, left), names)
        ||> List.scan (fun (row, place) name ->
            if place + step name - 16.0 > float sheet.Width - 8.0 && place > left then
                row + 1, left + step name
            else
                row, place + step name)
        |> List.tail
        |> List.map2 (fun name (row, after) -> name, row, after - step name) names

    /// The area that is left when the title, the legend, and labels of some width at the left, the right and below have
    /// their place.
    let area (sheet: Sheet) (legend: string list) left right below =
        let left = left + (if sheet.Y.Title = "" then 16.0 else 34.0)

        let rows =
            if legend.Length < 2 then
                0
            else
                let _, row, _ = List.last (legendPlaces sheet left legend)
                1 + min row (rowsAtMost sheet - 1)

        let top = (if sheet.Title = "" then 14.0 else 40.0) + 20.0 * float rows

        let bottom =
            float sheet.Height - below - (if sheet.X.Title = "" then 10.0 else 32.0)

        let right = float sheet.Width - right

        {
            Left = left
            Right = max (left + 20.0) right
            Top = top
            Bottom = max (top + 20.0) bottom
        }

    let private legend
        (sheet: Sheet)
        (area: Area)
        (sample: int -> float -> float -> string)
        (names: string list)
        =
        if names.Length < 2 then
            []
        else
            let rows = rowsAtMost sheet
            let top = if sheet.Title = "" then 8.0 else 34.0

            let written, left =
                legendPlaces sheet area.Left names
                |> List.indexed
                |> List.partition (fun (_, (_, row, _)) -> row < rows)

            // The last name in view makes room for the count of those that are not.
            let written =
                if left.IsEmpty then
                    written
                else
                    List.take (max 0 (written.Length - 1)) written

            [
                for index, (name, row, place) in written do
                    let y = top + 20.0 * float row + 10.0
                    sample index (place + 8.0) y
                    Svg.text (place + 20.0) (y + 4.5) "start" name
                if not left.IsEmpty then
                    let _, (_, row, place) =
                        legendPlaces sheet area.Left names
                        |> List.indexed
                        |> List.item written.Length

                    Svg.text
                        place
                        (top + 20.0 * float row + 14.5)
                        "start"
                        $"and {names.Length - written.Length} more"
            ]

    /// Text along a line of a length that is about its middle: cut, if it is longer, but shown in full on hover.
    let private cut room place (text: string) =
        let shown = Lettering.shorten room text

        if text = "" then
            []
        elif shown = text then
            [ place text ]
        else
            [ $"<g><title>{Lettering.escape text}</title>{place shown}</g>" ]

    /// Title, legend and the titles of both axes. A sample stands before each name of the legend.
    let titles (sheet: Sheet) (area: Area) (sample: int -> float -> float -> string) names =
        let across, up = area.X 0.5, area.Y 0.5
        let width, height = float sheet.Width, float sheet.Height

        let title text =
            $"""<text class="title" x="{Svg.number area.Left}" y="24">{Lettering.escape text}</text>"""

        [
            // The title is larger and bolder than what is measured.
            yield! cut ((width - area.Left - 8.0) / 1.27) title sheet.Title
            yield! legend sheet area sample names

            yield!
                sheet.X.Title
                |> cut
                    (2.0 * min across (width - across) - 8.0)
                    (Svg.text across (height - 10.0) "middle")

            yield!
                sheet.Y.Title
                |> cut (2.0 * min up (height - up) - 8.0) (Svg.turned 18.0 up 90 "middle")
        ]

    /// How many ticks the axis at the left has room for.
    let upParts (sheet: Sheet) = max 4 ((sheet.Height - 100) / 38)

    /// Ticks and grid lines of an axis of numbers at the left.
    let upAxis (area: Area) (ticks: (float * string) list) (place: float -> float) =
        [
            for value, label in ticks do
                let y = area.Y(place value)
                Svg.line area.Left y area.Right y "grid"
                Svg.text (area.Left - 7.0) (y + 4.0) "end" label
        ]

    /// How many ticks an axis below has room for.
    let private acrossParts (area: Area) =
        max 2 (int ((area.Right - area.Left) / 75.0))

    /// Ticks and grid lines of an axis of numbers below; a label that would touch the one before it is left out.
    let acrossAxis (area: Area) (range: Extent) =
        let add (drawn, free) (value, label) =
            let x = area.X(range.Place value)
            let half = Lettering.width label / 2.0
            let grid = Svg.line x area.Top x area.Bottom "grid"

            if x - half < free then
                grid :: drawn, free
            else
                Svg.text x (area.Bottom + 17.0) "middle" label :: grid :: drawn, x + half + 6.0

        Ticks.along (acrossParts area) range
        |> List.fold add ([], Double.NegativeInfinity)
        |> fst
        |> List.rev

    /// The line that an axis below is.
    let axisLine (area: Area) y =
        Svg.line area.Left y area.Right y "axis"

    /// Names of places below.
    let names (area: Area) (turn, names: Name list) =
        [
            for name in names do
                let x = area.X name.Place

                match turn with
                | Turn.Flat ->
                    for row, line in List.indexed name.Lines do
                        let y = area.Bottom + 17.0 + Names.lineHeight * float row
                        Svg.text x y "middle" line
                | Turn.Slanted ->
                    Svg.turned (x + 4.0) (area.Bottom + 13.0) Names.slant "end" name.Lines.Head
                | Turn.Upright -> Svg.turned (x + 4.0) (area.Bottom + 7.0) 90 "end" name.Lines.Head
        ]
