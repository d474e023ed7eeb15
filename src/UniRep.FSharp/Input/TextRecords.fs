namespace UniRep

open System
open System.Collections.Generic
open System.Text

/// Makes records of lines.
[<RequireQualifiedAccess>]
module internal TextRecords =
    let private idOf (header: string) ordinal =
        match
            header.Split(
                [| ' '; '\t' |],
                2,
                StringSplitOptions.RemoveEmptyEntries ||| StringSplitOptions.TrimEntries
            )
        with
        | [||] -> string<int64> ordinal
        | words -> words[0]

    /// A record of some lines; white space within them does not count, but an error points into the line as it stands.
    let ofLines file policy (id: string) header line (lines: List<struct (int64 * string)>) =
        let joined = StringBuilder()

        for struct (_, text) in lines do
            for symbol in text do
                if not (Char.IsWhiteSpace symbol) then
                    joined.Append symbol |> ignore

        match Sequence.parseWith policy (string joined) with
        | Ok sequence ->
            Ok
                {
                    Id = id
                    Header = header
                    Sequence = sequence
                    Line = line
                }
        | Error EmptySequence -> Error(EmptyRecord(file, id, line))
        | Error(UnknownResidue(symbol, position)) ->
            let struct (line, column) =
                seq {
                    for struct (line, text) in lines do
                        for column in 0 .. text.Length - 1 do
                            if not (Char.IsWhiteSpace text[column]) then
                                struct (line, column + 1)
                }
                |> Seq.item (position - 1)

            Error(BadResidue(file, id, line, column, symbol))

    let fasta file policy (reader: LineReader) (first: string | null) =
        seq {
            let lines = List<struct (int64 * string)>()
            let mutable header: string | null = null
            let mutable headerLine = 0L
            let mutable ordinal = 0L
            let mutable line = first

            while not (isNull line) do
                match line with
                | null -> ()
                | text when text.StartsWith '>' ->
                    match header with
                    | null -> ()
                    | header ->
                        yield ofLines file policy (idOf header ordinal) header headerLine lines

                    header <- text[1..].Trim()
                    headerLine <- reader.Number
                    ordinal <- ordinal + 1L
                    lines.Clear()
                | text when text.StartsWith ';' || String.IsNullOrWhiteSpace text -> ()
                | _ when isNull header -> raise (InputRefused(NoHeader(file, reader.Number)))
                | text -> lines.Add(struct (reader.Number, text))

                line <- reader.Read()

            match header with
            | null -> ()
            | header -> yield ofLines file policy (idOf header ordinal) header headerLine lines
        }

    let lines file policy (reader: LineReader) (first: string | null) =
        seq {
            let lines = List<struct (int64 * string)>()
            let mutable ordinal = 0L
            let mutable line = first

            while not (isNull line) do
                match line with
                | null -> ()
                | text when String.IsNullOrWhiteSpace text -> ()
                | text ->
                    ordinal <- ordinal + 1L
                    lines.Clear()
                    lines.Add(struct (reader.Number, text))
                    yield ofLines file policy (string<int64> ordinal) "" reader.Number lines

                line <- reader.Read()
        }
