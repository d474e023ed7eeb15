module UniRep.Tests.InputProperties

open System
open System.IO
open System.Text
open FsCheck.FSharp
open UniRep
open UniRep.IO
open UniRep.Tests.InputLayouts
open Expecto
open UniRep.Testing

let private quoted (text: string) =
    let doubled = text.Replace("\"", "\"\"")
    $"\"{doubled}\""

let private read format (bytes: byte[]) =
    use stream = new MemoryStream(bytes)

    SequenceFile.readStream
        { SequenceFile.defaults with
            Format = Some format
        }
        "it"
        stream
    |> List.ofSeq

let private found result =
    match result with
    | Ok record -> Some(record.Id, record.Header, record.Sequence.Letters, record.Line)
    | Error _ -> None

/// Bytes that are likely to mean something to some parser.
let private crooked =
    gen {
        let pieces =
            [
                ">"
                "\n"
                "\r\n"
                "\r"
                "\""
                "\"\""
                ","
                "\t"
                ";"
                "id"
                "sequence"
                "id,sequence\n"
                "id\tsequence\n"
                "# STOCKHOLM 1.0\n"
                "#=GC RF "
                "#=GS a DE "
                "//"
                "a "
                "MKTAY"
                "mk"
                "-"
                "*"
                "\uFEFF"
                "é"
                "\000"
            ]
            |> List.map Encoding.UTF8.GetBytes

        let random = Gen.choose (0, 255) |> Gen.map byte |> Gen.arrayOf |> Gen.resize 6

        let! parts = Gen.frequency [ 9, Gen.elements pieces; 1, random ] |> Gen.listOf
        return Array.concat parts
    }

/// Whether what was read is as promised: records, and at most one error that is not of one record, at the end.
let private isInOrder (results: Result<SequenceRecord, InputError> list) =
    let endsReading result =
        match result with
        | Ok _ -> false
        | Error error -> not (InputError.isOfRecord error)

    let texts =
        results
        |> List.choose (function
            | Ok _ -> None
            | Error error -> Some(error.Message))

    not results.IsEmpty
    && not (results |> List.take (results.Length - 1) |> List.exists endsReading)
    && texts
       |> List.forall (fun text -> text.StartsWith "it: " && not (text.Contains '\n'))

let private neverRaises format (bytes: byte[]) =
    let options =
        { SequenceFile.defaults with
            Format = format
        }

    use stream = new MemoryStream(bytes)
    SequenceFile.readStream options "it" stream |> List.ofSeq |> isInOrder

let private zipped =
    String.replicate 40 ">a\nMKTAYIAKQRQISFVKSHFSRQ\n"
    |> Encoding.UTF8.GetBytes
    |> Gzip.compress

[<Tests>]
let tests =
    testList
        "InputProperties"
        [
            testFor
                "records written as FASTA come back, each with its line"
                textLayout
                (fun layout ->
                    let lines, records = fastaOf layout

                    let expected =
                        records
                        |> List.map (fun (line, record) ->
                            Some(record.Name, headerOf record, record.Letters, line))

                    expected = (read InputFormat.Fasta (bytesOf layout lines) |> List.map found))

            testFor "sequences written one a line come back" textLayout (fun layout ->
                let lines =
                    layout.Records |> List.collect (fun record -> record.Letters :: blank layout)

                let expected =
                    layout.Records
                    |> List.mapi (fun index record ->
                        let line = 1L + int64 index * int64 (layout.Blank + 1)
                        Some(string (index + 1), "", record.Letters, line))

                expected = (read InputFormat.Lines (bytesOf layout lines) |> List.map found))

            testFor
                "records written as tables come back, with commas and quotes or with tabs"
                layout
                (fun layout ->
                    let table separator cells =
                        String.concat separator [ "note"; "sequence"; "id" ]
                        :: (layout.Records |> List.map (cells >> String.concat separator))

                    let expected =
                        layout.Records
                        |> List.mapi (fun index record ->
                            Some(record.Name, record.Name, record.Letters, int64 (index + 2)))

                    let csv =
                        table "," (fun record ->
                            [ quoted record.Rest; record.Letters; quoted record.Name ])

                    let tsv =
                        table "\t" (fun record -> [ record.Rest; record.Letters; record.Name ])

                    expected = (read InputFormat.Csv (bytesOf layout csv) |> List.map found)
                    && expected = (read InputFormat.Tsv (bytesOf layout tsv) |> List.map found))

            testFor
                "a strange letter anywhere in FASTA is found where it stands"
                textLayout
                (fun layout ->
                    let lines, records = fastaOf layout
                    let random = Random layout.Width
                    let line, record = records[random.Next records.Length]
                    let at = random.Next record.Letters.Length
                    let index = int line + at / layout.Width
                    let column = at % layout.Width
                    let bad = lines[index].Remove(column, 1).Insert(column, "?")
                    let changed = List.updateAt index bad lines

                    read InputFormat.Fasta (bytesOf layout changed)
                    |> List.choose (function
                        | Ok _ -> None
                        | Error error -> Some error)
                        =
                        [
                            InputError.BadResidue(
                                "it",
                                record.Name,
                                int64 index + 1L,
                                column + 1,
                                Rune '?'
                            )
                        ])

            testFor
                "a strange letter anywhere in a quoted cell is found where it stands"
                layout
                (fun layout ->
                    let record = layout.Records.Head
                    let random = Random layout.Width
                    let at = random.Next record.Letters.Length
                    // One letter at least stays: a cell of none is a missing value.
                    let letters = record.Letters.Insert(at, "?")
                    let cell = String.Join(layout.LineEnd, wrapped layout letters)

                    let lines = [ "id,sequence"; $"{quoted record.Name},{quoted cell}" ]

                    let before =
                        if at < layout.Width then
                            (quoted record.Name).Length + 2
                        else
                            0

                    read InputFormat.Csv (bytesOf layout lines) =
                        [
                            Error(
                                InputError.BadResidue(
                                    "it",
                                    record.Name,
                                    2L + int64 (at / layout.Width),
                                    before + at % layout.Width + 1,
                                    Rune '?'
                                )
                            )
                        ])

            testList
                "any bytes give records and errors, never an exception"
                [
                    for format in None :: (InputFormat.all |> List.map Some) do
                        testForMany 1000 60 $"{format}" crooked (neverRaises format)
                ]

            testForMany
                500
                10000
                "any damage to a gzip file gives records and errors, never an exception"
                (Gen.zip (Gen.choose (0, zipped.Length - 1)) (Gen.choose (0, 255)))
            <| fun (at, value) ->
                use folder = new TestFolder()
                let bytes = Array.copy zipped
                bytes[at] <- byte value
                let path = folder.WriteBytes("it.fasta.gz", bytes)
                let results = SequenceFile.read SequenceFile.defaults path |> List.ofSeq
                results.Length > 0
        ]
