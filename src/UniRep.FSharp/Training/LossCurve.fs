namespace UniRep

open System
open System.Globalization

/// The loss over the epochs as a picture.
[<RequireQualifiedAccess>]
module internal LossCurve =
    let private width, height = 640.0, 400.0
    let private left, right, top, bottom = 64.0, 16.0, 36.0, 48.0

    /// Colours that the colour-blind tell apart, on light and dark (Okabe and Ito 2008).
    let private series =
        [
            "training", "#0072B2", "", (fun (report: EpochReport) -> report.TrainLoss)
            "hold-out", "#D55E00", "", _.HoldOutLoss
            "out of domain", "#009E73", "5 4", _.OutOfDomainLoss
        ]

    let private text (value: float) format =
        value.ToString(format, CultureInfo.InvariantCulture)

    /// A step of 1, 2 or 5 times a power of ten that parts a range into about so many.
    let private niceStep (range: float) (parts: float) =
        let rough = range / parts
        let power = 10.0 ** floor (log10 rough)

        [ 1.0; 2.0; 5.0; 10.0 ]
        |> List.map ((*) power)
        |> List.find (fun step -> step >= rough * 0.999)

    let private ticks low high parts =
        let step = niceStep (high - low) parts
        [ ceil (low / step - 1e-9) * step .. step .. high + step * 1e-6 ]

    /// Draws the reports of a training as SVG, self-contained, readable on light and dark pages.
    let svg (title: string) (reports: EpochReport list) =
        let points =
            series
            |> List.map (fun (name, colour, dash, loss) ->
                name,
                colour,
                dash,
                reports
                |> List.choose (fun report ->
                    loss report |> Option.map (fun loss -> float report.Epoch, loss)))
            |> List.filter (fun (_, _, _, points) -> not points.IsEmpty)

        let all = points |> List.collect (fun (_, _, _, points) -> points)
        let losses = if all.IsEmpty then [ 0.0; 1.0 ] else List.map snd all
        let margin = max 0.02 ((List.max losses - List.min losses) * 0.08)
        let low, high = List.min losses - margin, List.max losses + margin

        let last =
            reports |> List.map (fun report -> float report.Epoch) |> List.fold max 1.0

        let x epoch =
            left + epoch / last * (width - left - right)

        let y loss =
            top + (high - loss) / (high - low) * (height - top - bottom)

        let label (text: string) = Security.SecurityElement.Escape text

        let line (x1: float) (y1: float) (x2: float) (y2: float) kind =
            $"""<line class="{kind}" x1="{text x1 "F1"}" y1="{text y1 "F1"}" x2="{text x2 "F1"}" y2="{text y2 "F1"}"/>"""

        [
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {text width "F0"} {text height "F0"}" font-family="sans-serif" font-size="12" role="img">"""
            "<style>text{fill:#333}.grid{stroke:#8884;stroke-width:1}.axis{stroke:#888}@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>"
            $"""<text x="{text left "F0"}" y="20" font-size="14">{label title}</text>"""
            for tick in ticks low high 6.0 do
                line left (y tick) (width - right) (y tick) "grid"
                $"""<text x="{text (left - 8.0) "F0"}" y="{text (y tick + 4.0) "F1"}" text-anchor="end">{text tick "0.###"}</text>"""
            for tick in ticks 0.0 last (min last 10.0) do
                $"""<text x="{text (x tick) "F1"}" y="{text (height - bottom + 18.0) "F0"}" text-anchor="middle">{text tick "0.##"}</text>"""
            line left (height - bottom) (width - right) (height - bottom) "axis"
            $"""<text x="{text ((left + width - right) / 2.0) "F0"}" y="{text (height - 8.0) "F0"}" text-anchor="middle">epoch</text>"""
            $"""<text transform="translate(16 {text ((top + height - bottom) / 2.0) "F0"}) rotate(-90)" text-anchor="middle">loss (nats per token)</text>"""
            for index, (name, colour, dash, points) in List.indexed points do
                let path =
                    points
                    |> List.map (fun (epoch, loss) ->
                        text (x epoch) "F1" + "," + text (y loss) "F1")
                    |> String.concat " "

                $"""<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" points="{path}"/>"""

                for epoch, loss in points do
                    $"""<circle cx="{text (x epoch) "F1"}" cy="{text (y loss) "F1"}" r="2.5" fill="{colour}"><title>{name}, epoch {text epoch "F0"}: {text loss "F4"}</title></circle>"""

                let at = width - right - 110.0 * float (series.Length - index)
                $"""<rect x="{text at "F0"}" y="11" width="14" height="4" fill="{colour}"/><text x="{text (at + 20.0) "F0"}" y="18">{name}</text>"""
            "</svg>"
        ]
        |> String.concat "\n"
