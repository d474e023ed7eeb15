namespace UniRep.Charts

open System
open System.Globalization
open UniRep

/// The elements that charts are drawn with.
[<RequireQualifiedAccess>]
module internal Svg =
    /// A length, to a tenth of a pixel.
    let number (value: float) =
        (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture)

    let line (x1: float) (y1: float) (x2: float) (y2: float) kind =
        $"""<line class="{kind}" x1="{number x1}" y1="{number y1}" x2="{number x2}" y2="{number y2}"/>"""

    /// Text that begins, ends or has its middle at a place.
    let text (x: float) (y: float) anchor (content: string) =
        $"""<text x="{number x}" y="{number y}" text-anchor="{anchor}">{Lettering.escape content}</text>"""

    /// Text turned to the left, by some degrees.
    let turned (x: float) (y: float) degrees anchor (content: string) =
        $"""<text transform="translate({number x} {number y}) rotate(-{degrees})" text-anchor="{anchor}">{Lettering.escape content}</text>"""

    /// What an element shows on hover.
    let private title says =
        if says = "" then
            ""
        else
            $"<title>{Lettering.escape says}</title>"

    let rect (x: float) (y: float) (w: float) (h: float) fill says =
        $"""<rect x="{number x}" y="{number y}" width="{number (max 0.0 w)}" height="{number (max 0.0 h)}" {fill}>{title says}</rect>"""

    let private polygon (points: (float * float) list) inside =
        let at = points |> List.map (fun (x, y) -> number x + "," + number y)
        $"""<polygon points="{String.Join(' ', at)}"{inside}"""

    /// The symbol of a group at a place. Each has a colour; where the colours are used up, they begin again with
    /// another shape.
    let symbol group (x: float) (y: float) (radius: float) says =
        let inside = $""" fill="{Palette.category group}">{title says}</"""

        match Palette.round group % 4 with
        | 0 -> $"""<circle cx="{number x}" cy="{number y}" r="{number radius}"{inside}circle>"""
        | 1 ->
            let half = 0.9 * radius
            let left, right, top, bottom = x - half, x + half, y - half, y + half

            polygon [ left, top; right, top; right, bottom; left, bottom ] inside
            + "polygon>"
        | 2 ->
            let half = 1.1 * radius
            let foot = y + 0.8 * radius

            polygon [ x, y - 1.2 * radius; x + half, foot; x - half, foot ] inside
            + "polygon>"
        | _ ->
            let half = 1.25 * radius

            polygon [ x, y - half; x + half, y; x, y + half; x - half, y ] inside
            + "polygon>"

    /// How the line of a group looks; where the colours are used up, they begin again with other dashes.
    let private stroke group =
        let dashes =
            match Palette.round group % 3 with
            | 0 -> ""
            | 1 -> " stroke-dasharray=\"6 4\""
            | _ -> " stroke-dasharray=\"2 3\""

        $"""stroke="{Palette.category group}" stroke-width="2" stroke-linejoin="round"{dashes}"""

    /// A line of a group through points.
    let path group (points: (float * float) list) =
        let at = points |> List.map (fun (x, y) -> number x + "," + number y)
        $"""<polyline fill="none" {stroke group} points="{String.Join(' ', at)}"/>"""

    /// A sample of the line of a group about a place.
    let lineSample group (x: float) (y: float) =
        $"""<line {stroke group} x1="{number (x - 8.0)}" y1="{number y}" x2="{number (x + 8.0)}" y2="{number y}"/>"""

    /// A picture of square pixels, stretched without blurring.
    let pixels (x: float) (y: float) (w: float) (h: float) (png: byte[]) =
        $"""<image x="{number x}" y="{number y}" width="{number w}" height="{number h}" preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,{Convert.ToBase64String png}"/>"""

    /// A whole picture, legible on light and dark pages.
    let document (width: int) (height: int) (title: string) (elements: string list) =
        // Within a page the text has the page's colour; as a picture of its own it follows what the reader prefers.
        let style =
            "svg.unirep-chart:root{color:#333;color-scheme:light dark}"
            + "@media(prefers-color-scheme:dark){svg.unirep-chart:root{color:#ddd}}"
            + ".unirep-chart text{fill:currentColor;font:12px sans-serif}"
            + ".unirep-chart text.title{font-size:15px;font-weight:600}"
            + ".unirep-chart .grid{stroke:#888;stroke-opacity:.25}"
            + ".unirep-chart .axis{stroke:#888}"
            + ".unirep-chart .whisker{stroke:currentColor;stroke-width:1.5}"
            + ".unirep-chart .told{fill:none;pointer-events:all}"

        [
            $"""<svg xmlns="http://www.w3.org/2000/svg" class="unirep-chart" width="{width}" height="{height}" viewBox="0 0 {width} {height}" style="max-width:100%%;height:auto" role="img" aria-label="{Lettering.escape title}">"""
            $"<style>{style}</style>"
            yield! elements
            "</svg>"
        ]
        |> String.concat "\n"
