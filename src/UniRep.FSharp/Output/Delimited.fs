namespace UniRep

open System
open System.Buffers

/// Cells of tables. CSV puts what would break a row in quotes, as RFC 4180 says. TSV has no quotes: what would break a
/// row becomes a blank.
[<Sealed>]
type internal Delimited(separator: char) =
    let isQuoting = separator <> '\t'

    let breaking =
        SearchValues.Create(
            ReadOnlySpan(
                if isQuoting then
                    [| separator; '"'; '\n'; '\r' |]
                else
                    [| separator; '\n'; '\r' |]
            )
        )

    let mutable changed = 0L

    /// How many cells are not what they were.
    member _.Changed = changed

    /// A text as it stands in the table.
    member _.Cell(text: string) =
        if text.AsSpan().IndexOfAny breaking < 0 then
            text
        elif isQuoting then
            let doubled = text.Replace("\"", "\"\"")
            $"\"{doubled}\""
        else
            changed <- changed + 1L
            text.Replace("\r\n", " ").Replace('\r', ' ').Replace('\n', ' ').Replace(separator, ' ')

    /// What a user should know of changed cells.
    member _.Warnings(where: string) =
        if changed = 0L then
            []
        else
            [
                $"{changed} ids or cells hold tabs or line breaks, which {where} cannot: they are written as blanks"
            ]
