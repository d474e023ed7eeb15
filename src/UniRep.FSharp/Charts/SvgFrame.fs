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
    /// The area that is left when the title, the legend, and labels of some width at the left, the right and below have
    /// their place.
    let area (sheet: Sheet) (legend: string list) left right below =
        {
            Left = 34.0 + left
            Right = float sheet.Width - 18.0 - right
            Top = if legend.Length > 1 then 62.0 else 40.0
            Bottom = float sheet.Height - 34.0 - below
        }

    /// Names beside their colours; as many as have room.
    let private legend (area: Area) (names: string list) =
        let step name = Svg.width name + 34.0
        let places = names |> List.scan (fun place name -> place + step name) area.Left

        if names.Length < 2 then
            []
        else
            List.zip names (List.truncate names.Length places)
            |> List.indexed
            |> List.filter (fun (_, (name, place)) -> place + step name - 12.0 <= area.Right + 18.0)
            |> List.collect (fun (index, (name, place)) ->
                [
                    $"""<rect x="{Svg.number place}" y="40" width="12" height="12" rx="2" fill="{Palette.category index}"/>"""
                    Svg.text (place + 17.0) 50.0 "start" name
                ])

    /// Title, legend and the titles of both axes.
    let titles (sheet: Sheet) (area: Area) names =
        let across, up = area.X 0.5, area.Y 0.5
        let title = sheet.Title |> Svg.shorten (float sheet.Width * 0.85)

        [
            $"""<text class="title" x="{Svg.number area.Left}" y="24">{Svg.escape title}</text>"""
            yield! legend area names
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

    /// Names of places of equal width below: level if they fit, else turned, and thinned so that none overlaps another.
    let names (area: Area) (labels: string[]) =
        let step = (area.Right - area.Left) / float (max 1 labels.Length)
        let longest = labels |> Array.map Svg.width |> Array.fold max 0.0
        let isShort = labels |> Array.forall (fun label -> label.Length <= 1)
        let isLevel = isShort || longest + 6.0 <= step

        let room =
            if isShort then 9.0
            elif isLevel then step
            else 15.0

        let every = max 1 (int (ceil (room / step)))

        [
            for at in 0..every .. labels.Length - 1 do
                let x = area.Left + (float at + 0.5) * step

                if isLevel then
                    Svg.text x (area.Bottom + 17.0) "middle" labels[at]
                else
                    Svg.turned
                        (x + 4.0)
                        (area.Bottom + 12.0)
                        40
                        "end"
                        (Svg.shorten 120.0 labels[at])
        ]

    /// The height that names below need.
    let namesHeight width (labels: string[]) =
        let longest = labels |> Array.map Svg.width |> Array.fold max 0.0

        if longest <= 7.0 || longest + 6.0 <= width / float (max 1 labels.Length) then
            20.0
        else
            22.0 + 0.65 * min 120.0 longest
