namespace UniRep.IO

open System
open System.Collections.Generic
open System.Text
open UniRep

/// Makes records from lines.
[<RequireQualifiedAccess>]
module internal TextRecords =
    let private refuse error : 'a = raise (InputRefused error)

    /// Words that stand above a list of sequences, though they are made of letters of residues.
    let private headings =
        let words =
            "SEQUENCE SEQ PROTEIN PEPTIDE NAME ID IDENTIFIER ENTRY ACCESSION HEADER LABEL VARIANT MUTANT MUTATION CHAIN \
             ANTIBODY ANTIGEN GENE ORGANISM STRAIN SAMPLE CLONE TARGET RESIDUE"
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)

        HashSet(
            Seq.append words (Seq.map (fun word -> word + "S") words),
            StringComparer.OrdinalIgnoreCase
        )

    /// The first word of a header without white space around it.
    let private idOf (header: string) (ordinal: int64) =
        match header |> Seq.tryFindIndex Char.IsWhiteSpace with
        | Some length -> header[.. length - 1]
        | None when header = "" -> string ordinal
        | None -> header

    let private isHeader (line: string) = line.StartsWith '>'

    let private isComment (line: string) =
        line.StartsWith ';' || OtherFormats.isSuperHeader line

    /// The next line that is not blank and not to be skipped.
    let rec private nextLine (reader: LineReader) isSkipped =
        match reader.ReadEntry() with
        | null -> None
        | line ->
            if String.IsNullOrWhiteSpace line || isSkipped line then
                nextLine reader isSkipped
            else
                Some line

    /// The first line of a record, and whether a line above it says that this is an alignment. The first line of a
    /// Stockholm file is given too.
    let private firstLine file (reader: LineReader) =
        let mutable isAlignment = false

        let isSkipped line =
            match OtherFormats.ofFirstLine line with
            | Some format -> refuse (InputError.OtherFormat(file, format))
            | None -> ()

            isAlignment <- isAlignment || OtherFormats.isSuperHeader line

            (line.StartsWith ';' || line.StartsWith '#')
            && not (StockholmText.isHeader line)

        let line = nextLine reader isSkipped
        line, isAlignment

    /// Refuses a line that may be part of a sequence and is not UTF-8.
    let private checkText file (reader: LineReader) =
        if reader.BadByte > 0 then
            refuse (InputError.NotUtf8(file, reader.Number, reader.BadByte))

    let private fastaFrom file keepAligned policy (reader: LineReader) (first: string option) =
        seq {
            let text = RecordText(file, keepAligned)
            let mutable ordinal = 0L
            let mutable line = first

            while Option.isSome line do
                let header = line.Value
                let headerLine = reader.Number
                let isLatin1 = reader.BadByte > 0

                match OtherFormats.ofHeader header with
                | Some format -> refuse (InputError.OtherFormat(file, format))
                | None when not (isHeader header) -> refuse (InputError.NoHeader(file, headerLine))
                | None -> ()

                ordinal <- ordinal + 1L
                text.Clear()
                line <- nextLine reader isComment

                while Option.exists (isHeader >> not) line do
                    checkText file reader
                    text.Add(reader.Number, line.Value)
                    line <- nextLine reader isComment

                let nul = header.IndexOf '\000'
                let header = header[1..].Trim()
                let id = idOf header ordinal

                if nul >= 0 then
                    yield Error(InputError.BadResidue(file, id, headerLine, nul + 1, Rune 0))
                else
                    yield
                        text.ToRecord(policy, id, header, headerLine)
                        |> Result.map (fun record -> { record with IsLatin1 = isLatin1 })
        }

    let private isSeparator symbol =
        Char.IsWhiteSpace symbol || symbol = ',' || symbol = ';'

    let private linesFrom file keepAligned policy (reader: LineReader) (first: string option) =
        seq {
            let text = RecordText(file, keepAligned)
            let mutable ordinal = 0L
            let mutable line = first

            while Option.isSome line do
                let current = line.Value.Trim()
                let number = reader.Number
                ordinal <- ordinal + 1L
                let id = string ordinal
                checkText file reader

                if isHeader current then
                    refuse (InputError.HeaderInList(file, number))

                text.Clear()
                text.Add(number, line.Value)

                let next =
                    lazy nextLine reader (fun line -> line.StartsWith ';' || line.StartsWith '#')

                if Seq.exists isSeparator current then
                    yield Error(InputError.SeveralWords(file, id, number))
                elif ordinal = 1L && headings.Contains current && next.Value.IsSome then
                    yield Error(InputError.Heading(file, id, number, current))
                else
                    yield text.ToRecord(policy, id, "", number)

                line <- next.Value
        }

    /// The first line of a record of a text that is not a Stockholm file.
    let private ownLine file reader =
        match firstLine file reader with
        | Some line, _ when StockholmText.isHeader line ->
            refuse (InputError.Misnamed(file, InputFormat.Stockholm))
        | line, _ -> line

    let fasta file keepAligned policy reader =
        seq { yield! fastaFrom file keepAligned policy reader (ownLine file reader) }

    let lines file keepAligned policy reader =
        seq { yield! linesFrom file keepAligned policy reader (ownLine file reader) }

    /// FASTA if the first line of a record begins with `>`, an alignment if a line above says so, Stockholm if it is the
    /// first line of that, else lines.
    let detect file keepAligned (policyOf: InputFormat -> LetterPolicy) reader =
        seq {
            match firstLine file reader with
            | Some line, _ when StockholmText.isHeader line ->
                let policy = policyOf InputFormat.Stockholm
                yield! StockholmRecords.read file keepAligned policy reader.Number reader
            | Some line, isAlignment when isHeader line || isAlignment ->
                let format = if isAlignment then InputFormat.A2m else InputFormat.Fasta
                yield! fastaFrom file keepAligned (policyOf format) reader (Some line)
            | first, _ ->
                yield! linesFrom file keepAligned (policyOf InputFormat.Lines) reader first
        }
