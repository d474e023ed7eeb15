namespace UniRep

open System.Globalization
open System.Text

/// Shows text of files, servers and names in a message. Every place where foreign text enters one takes this way.
[<RequireQualifiedAccess>]
module internal Quote =
    /// Whether a terminal shows a character and does not obey it: no controls, no bidi marks, no line separators.
    let private isShown rune =
        match Rune.GetUnicodeCategory rune with
        | UnicodeCategory.Control
        | UnicodeCategory.Format
        | UnicodeCategory.LineSeparator
        | UnicodeCategory.ParagraphSeparator
        | UnicodeCategory.Surrogate -> false
        | _ -> true

    /// The text on one line: a blank for every line break and tab, U+FFFD for all else that a terminal would obey.
    let line (text: string) =
        let shown = StringBuilder(text.Length)

        for rune in text.Trim().EnumerateRunes() do
            let shownAs =
                if isShown rune then rune
                elif Rune.IsWhiteSpace rune then Rune ' '
                else Rune.ReplacementChar

            shown.Append(shownAs.ToString()) |> ignore

        shown.ToString()

    /// The same, cut to a number of characters.
    let upTo longest (text: string) =
        let text = text.Trim()

        if text.Length > longest then
            line text[.. longest - 2] + "…"
        else
            line text

    /// The same, not longer than a line or two.
    let text text = upTo 160 text
