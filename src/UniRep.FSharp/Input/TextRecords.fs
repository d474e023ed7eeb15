namespace UniRep

open System

/// Makes records of lines.
[<RequireQualifiedAccess>]
module internal TextRecords =
    let private isBlank (line: string) = String.IsNullOrWhiteSpace line

    /// The first word of a header without white space around it.
    let private idOf (header: string) (ordinal: int64) =
        match header |> Seq.tryFindIndex Char.IsWhiteSpace with
        | Some length -> header[.. length - 1]
        | None when header = "" -> string ordinal
        | None -> header

    let fasta file policy (reader: LineReader) (first: string | null) =
        seq {
            let text = RecordText file
            let mutable header: string | null = null
            let mutable headerLine = 0L
            let mutable ordinal = 0L
            let mutable line = first

            while not (isNull line) do
                match line with
                | null -> ()
                | next when next.StartsWith '>' ->
                    match header with
                    | null -> ()
                    | header -> yield text.ToRecord(policy, idOf header ordinal, header, headerLine)

                    header <- next[1..].Trim()
                    headerLine <- reader.Number
                    ordinal <- ordinal + 1L
                    text.Clear()
                | next when next.StartsWith ';' || isBlank next -> ()
                | _ when isNull header -> raise (InputRefused(NoHeader(file, reader.Number)))
                | next -> text.Add(reader.Number, next)

                line <- reader.Read()

            match header with
            | null -> ()
            | header -> yield text.ToRecord(policy, idOf header ordinal, header, headerLine)
        }

    let lines file policy (reader: LineReader) (first: string | null) =
        seq {
            let text = RecordText file
            let mutable ordinal = 0L
            let mutable line = first

            while not (isNull line) do
                match line with
                | null -> ()
                | next when isBlank next -> ()
                | next ->
                    ordinal <- ordinal + 1L
                    text.Clear()
                    text.Add(reader.Number, next)
                    yield text.ToRecord(policy, string ordinal, "", reader.Number)

                line <- reader.Read()
        }

    /// FASTA if the first line that is not blank begins with `>`, else one sequence a line.
    let detect file policy (reader: LineReader) =
        seq {
            let mutable first = reader.Read()

            let isToSkip (line: string | null) =
                match line with
                | null -> false
                | line -> isBlank line

            while isToSkip first do
                first <- reader.Read()

            match first with
            | null -> ()
            | line when line.StartsWith '>' -> yield! fasta file policy reader line
            | line -> yield! lines file policy reader line
        }
