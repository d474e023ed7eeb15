namespace UniRep

open System
open System.ComponentModel
open System.Globalization
open System.IO
open System.Net

[<Sealed; AttributeUsage(AttributeTargets.Class ||| AttributeTargets.Struct)>]
type TypeFormatterSourceAttribute(formatterSourceType: Type) =
    inherit Attribute()
    member _.FormatterSourceType = formatterSourceType
    member _.PreferredMimeTypes = [| "text/html" |]

type IDisplay =
    abstract Summary: string
    abstract ToHtml: unit -> string

[<Sealed; EditorBrowsable(EditorBrowsableState.Never)>]
type DisplayFormatter internal (mimeType: string, text: IDisplay -> string) =
    member _.MimeType = mimeType

    member _.Format(value: obj, writer: TextWriter) =
        match value with
        | :? IDisplay as shown ->
            writer.Write(text shown)
            true
        | _ -> false

[<Sealed; EditorBrowsable(EditorBrowsableState.Never)>]
type DisplaySource() =
    member _.CreateTypeFormatters() : obj seq =
        [
            DisplayFormatter("text/html", _.ToHtml())
            DisplayFormatter("text/plain", _.Summary)
        ]

[<RequireQualifiedAccess>]
module internal Display =
    let private invariant = CultureInfo.InvariantCulture

    let number (value: float) = value.ToString("0.0000", invariant)

    let whole (value: int64) = value.ToString("N0", invariant)

    let short (value: float) = value.ToString("G3", invariant)

    let percent (share: float) =
        (100.0 * share).ToString("0.0", invariant) + " %"

    let counted (count: int) (thing: string) =
        let plural = if count = 1 then "" else "s"
        $"""{count.ToString("N0", invariant)} {thing}{plural}"""

    /// Values that fit into a line.
    let private few = 4

    let firstValues (values: float32[]) =
        let first = values |> Seq.truncate few |> Seq.map (float >> number)
        String.Join(", ", first) + (if values.Length > few then ", …" else "")

    let escape (text: string) =
        WebUtility.HtmlEncode text |> Option.ofObj |> Option.defaultValue ""

    let private isNumber (cell: string) =
        cell = "" || Char.IsAsciiDigit cell[0] || cell.StartsWith '-'

    let table caption (headers: string list) rows =
        let alignments =
            headers
            |> List.mapi (fun column _ ->
                let isNumeric = rows |> List.forall (fun row -> isNumber (List.item column row))
                if isNumeric then "right" else "left")

        let row tag cells =
            List.map2
                (fun alignment cell ->
                    $"""<{tag} style="text-align:{alignment}">{escape cell}</{tag}>""")
                alignments
                cells
            |> String.concat ""
            |> fun cells -> $"<tr>{cells}</tr>"

        let head = row "th" headers
        let body = rows |> List.map (row "td") |> String.concat ""
        $"<table><caption>{escape caption}</caption><thead>{head}</thead><tbody>{body}</tbody></table>"

    let properties caption rows =
        rows
        |> List.map (fun (name, value) ->
            $"""<tr><th style="text-align:left">{escape name}</th><td style="text-align:left">{escape value}</td></tr>""")
        |> String.concat ""
        |> fun rows -> $"<table><caption>{escape caption}</caption><tbody>{rows}</tbody></table>"
