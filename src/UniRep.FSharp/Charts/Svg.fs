namespace UniRep.Charts

open System
open System.Globalization

/// The elements that charts are drawn with.
[<RequireQualifiedAccess>]
module internal Svg =
    /// A length, to a tenth of a pixel.
    let number (value: float) =
        (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture)

    /// A text as it may stand in an element or an attribute: what XML forbids is left out.
    let escape (text: string) =
        text
        |> String.filter (fun letter -> letter >= ' ' || letter = '\n' || letter = '\t')
        |> Security.SecurityElement.Escape
        |> string

    let private letterWidth = 6.5

    /// How wide a text is at 12 pixels, about, in any usual sans-serif face.
    let width (text: string) = letterWidth * float text.Length

    /// Shortens a text to a width.
    let shorten (longest: float) (text: string) =
        if width text <= longest then
            text
        else
            text[.. max 0 (int (longest / letterWidth) - 2)] + "…"

    let line (x1: float) (y1: float) (x2: float) (y2: float) kind =
        $"""<line class="{kind}" x1="{number x1}" y1="{number y1}" x2="{number x2}" y2="{number y2}"/>"""

    /// Text that begins, ends or has its middle at a place.
    let text (x: float) (y: float) anchor (content: string) =
        $"""<text x="{number x}" y="{number y}" text-anchor="{anchor}">{escape content}</text>"""

    /// Text turned to the left, by some degrees.
    let turned (x: float) (y: float) degrees anchor (content: string) =
        $"""<text transform="translate({number x} {number y}) rotate(-{degrees})" text-anchor="{anchor}">{escape content}</text>"""

    let rect (x: float) (y: float) (w: float) (h: float) fill says =
        $"""<rect x="{number x}" y="{number y}" width="{number (max 0.0 w)}" height="{number (max 0.0 h)}" {fill}><title>{escape says}</title></rect>"""

    let dot (x: float) (y: float) (radius: float) colour says =
        $"""<circle cx="{number x}" cy="{number y}" r="{number radius}" fill="{colour}"><title>{escape says}</title></circle>"""

    let path (points: (float * float) list) colour =
        let at =
            points
            |> List.map (fun (x, y) -> number x + "," + number y)
            |> String.concat " "

        $"""<polyline fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round" points="{at}"/>"""

    /// A picture of square pixels, stretched without blurring.
    let pixels (x: float) (y: float) (w: float) (h: float) (png: byte[]) =
        $"""<image x="{number x}" y="{number y}" width="{number w}" height="{number h}" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,{Convert.ToBase64String png}"/>"""

    /// A whole picture, legible on light and dark pages.
    let document (width: int) (height: int) (title: string) (elements: string list) =
        let style =
            ".unirep-chart text{fill:#333;font:12px sans-serif}"
            + ".unirep-chart text.title{font-size:15px;font-weight:600}"
            + ".unirep-chart .grid{stroke:#888;stroke-opacity:.25}"
            + ".unirep-chart .axis,.unirep-chart .whisker{stroke:#777}"
            + "@media(prefers-color-scheme:dark){.unirep-chart text{fill:#ddd}.unirep-chart .whisker{stroke:#bbb}}"

        [
            $"""<svg xmlns="http://www.w3.org/2000/svg" class="unirep-chart" width="{width}" height="{height}" viewBox="0 0 {width} {height}" style="max-width:100%%;height:auto" role="img" aria-label="{escape title}">"""
            $"<style>{style}</style>"
            yield! elements
            "</svg>"
        ]
        |> String.concat "\n"
