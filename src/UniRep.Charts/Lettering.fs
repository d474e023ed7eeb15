namespace UniRep.Charts

open System
open System.Globalization
open System.Text
open UniRep

/// The room that text takes, and making it fit. A picture cannot ask for the font that it will be shown in: the widths
/// are those of a wide one (DejaVu Sans), so that text in others takes less.
[<RequireQualifiedAccess>]
module internal Lettering =
    let private em (symbol: Rune) =
        match symbol.Value with
        | code when code < 128 ->
            match char code with
            | 'i'
            | 'j'
            | 'l'
            | '.'
            | ','
            | ':'
            | ';'
            | '\''
            | '|'
            | ' '
            | 'I'
            | '!' -> 0.34
            | 'f'
            | 't'
            | 'r'
            | '('
            | ')'
            | '['
            | ']'
            | '-'
            | '/' -> 0.42
            | 'm'
            | 'w'
            | 'M'
            | 'W'
            | '%'
            | '@' -> 0.98
            | letter when Char.IsAsciiLetterUpper letter -> 0.72
            | _ -> 0.64
        | _ ->
            match Rune.GetUnicodeCategory symbol with
            | UnicodeCategory.NonSpacingMark -> 0.0
            | UnicodeCategory.OtherLetter
            | UnicodeCategory.OtherSymbol -> 1.0
            | UnicodeCategory.OtherNumber -> 0.45
            | _ -> 0.7

    /// The width of a line of text at 12 pixels.
    let width (text: string) =
        let mutable sum = 0.0

        for symbol in text.EnumerateRunes() do
            sum <- sum + em symbol

        12.0 * sum

    /// Text that is cut, with an ellipsis, where it would be wider than it may.
    let shorten longest (text: string) =
        if width text <= longest then
            text
        else
            StringInfo.ParseCombiningCharacters text
            |> Array.rev
            |> Array.map (fun at -> text[.. at - 1].TrimEnd() + "…")
            |> Array.tryFind (fun text -> width text <= longest)
            |> Option.defaultValue "…"

    /// Breaks text at spaces into lines that are no wider than they may be, but for single words.
    let wrap longest (text: string) =
        let add lines word =
            match lines with
            | line :: rest when width $"{line} {word}" <= longest -> $"{line} {word}" :: rest
            | _ -> word :: lines

        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold add []
        |> List.rev

    /// Text for XML and HTML: symbols of their syntax are written as references, and what XML cannot hold as U+FFFD.
    let escape (text: string) =
        let escaped = StringBuilder text.Length

        for symbol in text.EnumerateRunes() do
            match symbol.Value with
            | 0x26 -> escaped.Append "&amp;"
            | 0x3C -> escaped.Append "&lt;"
            | 0x3E -> escaped.Append "&gt;"
            | 0x22 -> escaped.Append "&quot;"
            | 0x27 -> escaped.Append "&#39;"
            | 0x9
            | 0xA -> escaped.Append(char symbol.Value)
            | code when code < 0x20 || code = 0xFFFE || code = 0xFFFF -> escaped.Append '\uFFFD'
            | _ -> escaped.Append(symbol.ToString())
            |> ignore

        escaped.ToString()
