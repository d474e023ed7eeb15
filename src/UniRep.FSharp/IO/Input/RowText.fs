namespace UniRep.IO

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open System.Text
open CsvHelper
open UniRep

/// Finds the place in the file of what a row's cells hold; allocates nothing, however large the row is.
[<RequireQualifiedAccess>]
module internal RowText =
    /// The line, from the given one, on which a piece of the file ends, and where in the piece this line begins.
    let private lastLine (line: int64) (before: ReadOnlySpan<byte>) : struct (int64 * int) =
        let mutable line = line
        let mutable start = 0
        let mutable next = before.IndexOfAny(byte '\n', byte '\r')

        while next >= 0 do
            let at = start + next

            let isPair =
                before[at] = byte '\r' && at + 1 < before.Length && before[at + 1] = byte '\n'

            line <- line + 1L
            start <- if isPair then at + 2 else at + 1
            next <- before.Slice(start).IndexOfAny(byte '\n', byte '\r')

        struct (line, start)

    /// How many bytes of a cell as it stands in the file come before a character, counted from 1, of its value: quotes
    /// around the value and doubled quotes within count.
    let private offsetInCell (raw: ReadOnlySpan<byte>) hasQuotes position =
        let isQuoted = hasQuotes && raw.Length > 0 && raw[0] = byte '"'
        let mutable at = if isQuoted then 1 else 0
        let mutable left = position - 1
        let mutable rune = Rune()
        let mutable length = 0

        while left > 0 do
            if isQuoted && raw[at] = byte '"' then
                at <- at + 2
                left <- left - 1
            else
                Rune.DecodeFromUtf8(raw.Slice at, &rune, &length) |> ignore
                at <- at + length
                left <- left - rune.Utf16SequenceLength

        at

    /// Where a cell begins in its row, in bytes.
    let private offsetOf (csv: CsvReader) (cell: int) =
        let row = csv.RawRecord
        let raw = csv.GetRawSpan cell

        Unsafe.ByteOffset(&MemoryMarshal.GetReference row, &MemoryMarshal.GetReference raw)
        |> int

    /// The line and column of a character, counted from 1, of a cell's value.
    let locate (csv: CsvReader) hasQuotes (cell: int) position : struct (int64 * int) =
        let inCell = offsetInCell (csv.GetRawSpan cell) hasQuotes position
        let before = csv.RawRecord.Slice(0, offsetOf csv cell + inCell)
        let struct (line, start) = lastLine csv.LineNumber before
        struct (line, Encoding.UTF8.GetCharCount(before.Slice start) + 1)

    /// The line, and the byte in it, from 1, of the byte at an offset of a cell.
    let locateByte (csv: CsvReader) cell offset : struct (int64 * int) =
        let length = offsetOf csv cell + offset
        let struct (line, start) = lastLine csv.LineNumber (csv.RawRecord.Slice(0, length))
        struct (line, length - start + 1)
