namespace UniRep

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open System.Text
open CsvHelper

/// Finds the place in the file of what a row's cells hold.
[<RequireQualifiedAccess>]
module internal RowText =
    /// Line and column, from 1, of the end of a piece of the file that begins a line.
    let private placeAfter (line: int64) (before: string) : struct (int64 * int) =
        let breaks =
            before
            |> Seq.indexed
            |> Seq.filter (fun (at, symbol) ->
                symbol = '\n'
                || symbol = '\r' && (at + 1 = before.Length || before[at + 1] <> '\n'))
            |> Seq.map fst
            |> List.ofSeq

        match List.tryLast breaks with
        | None -> struct (line, before.Length + 1)
        | Some last -> struct (line + int64 breaks.Length, before.Length - last)

    /// How many characters of a cell as it stands in the file come before a character of its value: quotes around the
    /// value and doubled quotes within count.
    let private offsetInCell (raw: string) position =
        let isQuoted = raw.StartsWith '"'
        let mutable at = if isQuoted then 1 else 0

        for _ in 2..position do
            at <- at + (if isQuoted && raw[at] = '"' then 2 else 1)

        at

    /// The line and column of a character, counted from 1, of a cell's value.
    let locate (csv: CsvReader) cell position =
        let row = csv.RawRecord
        let raw = csv.GetRawSpan(cell: int)

        let before =
            Unsafe.ByteOffset(&MemoryMarshal.GetReference row, &MemoryMarshal.GetReference raw)

        let cellBefore =
            Encoding.UTF8
                .GetString(raw)
                .Substring(0, offsetInCell (Encoding.UTF8.GetString raw) position)

        placeAfter csv.LineNumber (Encoding.UTF8.GetString(row.Slice(0, int before)) + cellBefore)

    /// The line, and the byte in it, from 1, of the byte at an offset of the row.
    let locateByte (csv: CsvReader) offset =
        placeAfter csv.LineNumber (Encoding.Latin1.GetString(csv.RawRecord.Slice(0, offset)))
