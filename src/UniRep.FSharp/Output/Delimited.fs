namespace UniRep

open System
open System.Buffers

/// Cells of tables: separated by commas, CSV, where what would break a row is put in quotes, as RFC 4180 says; by tabs,
/// TSV, or by line ends, which have no quotes: what would break a row becomes a blank.
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

    /// What a user should know of cells that are not what they were.
    member _.Warnings(where: string) =
        if changed = 0L then
            []
        else
            [
                $"{changed} ids or cells hold tabs or line breaks, which {where} cannot: they are written as blanks"
            ]
