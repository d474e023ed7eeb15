namespace UniRep

open System
open System.Collections.Generic

/// The text of one record, gathered line by line without white space; knows where each symbol stood in the file.
[<Sealed>]
type internal RecordText(file: string) =
    /// No protein comes near this; what does is no file of sequences.
    static let longest = 1 <<< 28

    let mutable symbols = Array.zeroCreate<char> 4096
    let mutable length = 0
    let lines = List<struct (int * int64 * string)>()

    member _.Clear() =
        lines.Clear()
        length <- 0

    /// Adds a line with its number in the file.
    member _.Add(number: int64, text: string) =
        if text.Length > longest - length then
            raise (
                InputRefused(
                    CannotRead(
                        file,
                        $"line {number}: a record longer than {longest} letters: is this a file of sequences?"
                    )
                )
            )

        if text.Length > symbols.Length - length then
            Array.Resize(&symbols, max (length + text.Length) (2 * symbols.Length))

        lines.Add(struct (length, number, text))
        text.CopyTo(0, symbols, length, text.Length)

        if text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 then
            length <- length + text.Length
        else
            for symbol in text do
                if not (Char.IsWhiteSpace symbol) then
                    symbols[length] <- symbol
                    length <- length + 1

    /// All symbols but white space.
    override _.ToString() = String(symbols, 0, length)

    /// The line and column of the symbol at a position, from 1, of the gathered text.
    member _.Locate(position: int) : struct (int64 * int) =
        let struct (start, number, text) =
            lines[lines.FindLastIndex(fun (struct (start, _, _)) -> start < position)]

        let mutable left = position - start
        let mutable column = 0

        while left > 0 do
            if not (Char.IsWhiteSpace text[column]) then
                left <- left - 1

            column <- column + 1

        struct (number, column)

    /// Makes the record, or an error that points into the file.
    member this.ToRecord(policy, id: string, header: string, line: int64) =
        match Sequence.parseWith policy (string this) with
        | Ok sequence ->
            Ok
                {
                    Id = id
                    Header = header
                    Sequence = sequence
                    Line = line
                    Kept = Array.empty
                    Source = KeptText.source
                }
        | Error EmptySequence -> Error(EmptyRecord(file, id, line))
        | Error(UnknownResidue(symbol, position)) ->
            let struct (line, column) = this.Locate position
            Error(BadResidue(file, id, line, column, symbol))
