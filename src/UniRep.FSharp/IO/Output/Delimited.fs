namespace UniRep.IO

open System
open System.Buffers
open UniRep

/// Writes cells of tables. With commas (CSV), a cell that would break the row is quoted, as RFC 4180 says. With tabs (TSV) and
/// line ends there are no quotes: characters that would break the row become blanks.
[<Sealed>]
type internal Delimited(separator: char) =
    let hasQuotes = separator = ','

    let breaking =
        SearchValues.Create(
            ReadOnlySpan [| separator; '\n'; '\r'; (if hasQuotes then '"' else separator) |]
        )

    let mutable changed = 0L

    /// A text as it stands in the table.
    member _.Cell(text: string) =
        if text.AsSpan().IndexOfAny breaking < 0 then
            text
        elif hasQuotes then
            let doubled = text.Replace("\"", "\"\"")
            $"\"{doubled}\""
        else
            changed <- changed + 1L
            text.Replace('\r', ' ').Replace('\n', ' ').Replace(separator, ' ')

    /// Warnings about cells that were changed.
    member _.Warnings(where: string) =
        if changed = 0L then
            []
        else
            [
                $"{changed} ids or cells hold tabs or line breaks, which {where} cannot: they are written as blanks"
            ]
