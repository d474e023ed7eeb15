namespace UniRep.Charts

open System

/// Where the marks of a chart lie on the sheet, in pixels.
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
    /// Names beside their colours, in rows: the row and the place in it of each name.
    let private legendPlaces (sheet: Sheet) left (names: string list) =
        let step name = Svg.width name + 34.0

        ((0, left), names)
        ||> List.scan (fun (row, place) name ->
            if place + step name > float sheet.Width && place > left then
                row + 1, left + step name
            else
                row, place + step name)
        |> List.tail
        |> List.map2 (fun name (row, after) -> row, after - step name) names

    /// The area that is left when the title, the legend, and labels of some width at the left, the right and below have
    /// their place.
    let area (sheet: Sheet) (legend: string list) left right below =
        let left = 34.0 + left

        let rows =
            if legend.Length < 2 then
                0
            else
                1 + fst (List.last (legendPlaces sheet left legend))

        {
            Left = left
            Right = float sheet.Width - 18.0 - right
            Top = 40.0 + 20.0 * float rows
            Bottom = float sheet.Height - 34.0 - below
        }

    let private legend sheet (area: Area) (names: string list) =
        if names.Length < 2 then
            []
        else
            List.zip names (legendPlaces sheet area.Left names)
            |> List.indexed
            |> List.collect (fun (index, (name, (row, place))) ->
                let y = 38.0 + 20.0 * float row

                [
                    $"""<rect x="{Svg.number place}" y="{Svg.number y}" width="12" height="12" rx="2" fill="{Palette.category index}"/>"""
                    Svg.text (place + 17.0) (y + 10.5) "start" name
                ])

    /// Title, legend and the titles of both axes.
    let titles (sheet: Sheet) (area: Area) names =
        let across, up = area.X 0.5, area.Y 0.5
        let title = sheet.Title |> Svg.shorten (float sheet.Width * 0.85)

        [
            $"""<text class="title" x="{Svg.number area.Left}" y="24">{Svg.escape title}</text>"""
            yield! legend sheet area names
            Svg.text across (float sheet.Height - 10.0) "middle" sheet.X.Title
            Svg.turned 16.0 up 90 "middle" sheet.Y.Title
        ]

    /// Ticks and grid lines of an axis of numbers at the left.
    let upAxis (area: Area) (ticks: (float * string) list) (place: float -> float) =
        [
            for value, label in ticks do
                let y = area.Y(place value)
                Svg.line area.Left y area.Right y "grid"
                Svg.text (area.Left - 7.0) (y + 4.0) "end" label
        ]

    /// Ticks and grid lines of an axis of numbers below.
    let acrossAxis (area: Area) (ticks: (float * string) list) (place: float -> float) =
        [
            for value, label in ticks do
                let x = area.X(place value)
                Svg.line x area.Top x area.Bottom "grid"
                Svg.text x (area.Bottom + 17.0) "middle" label
        ]

    let base' (area: Area) =
        Svg.line area.Left area.Bottom area.Right area.Bottom "axis"

    /// How many ticks an axis below has room for.
    let parts (area: Area) =
        max 2 (int ((area.Right - area.Left) / 75.0))

    /// Names of places of equal width below: level if they fit; of many places only some are named; else turned.
    let private isTurned width (labels: string[]) =
        let longest = labels |> Array.map Svg.width |> Array.fold max 0.0
        labels.Length <= 30 && longest + 6.0 > width / float (max 1 labels.Length)

    let private longestTurned = 170.0

    /// The height that names below need.
    let namesHeight width (labels: string[]) =
        if isTurned width labels then
            let longest = labels |> Array.map Svg.width |> Array.fold max 0.0
            20.0 + 0.65 * min longestTurned longest
        else
            20.0

    let names (area: Area) (labels: string[]) =
        let step = (area.Right - area.Left) / float (max 1 labels.Length)
        let middle at = area.Left + (float at + 0.5) * step

        if isTurned (area.Right - area.Left) labels then
            [
                for at, label in Array.indexed labels ->
                    Svg.turned
                        (middle at + 4.0)
                        (area.Bottom + 12.0)
                        40
                        "end"
                        (Svg.shorten longestTurned label)
            ]
        else
            let longest = labels |> Array.map Svg.width |> Array.fold max 0.0
            let every = Ticks.every (if longest < 7.0 then 9.0 else longest + 8.0) step

            [
                for at in 0..every .. labels.Length - 1 ->
                    Svg.text (middle at) (area.Bottom + 17.0) "middle" labels[at]
            ]
