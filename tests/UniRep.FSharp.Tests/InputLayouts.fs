/// Makes random files of sequences whose content is known.
module internal UniRep.Tests.InputLayouts

open System
open System.Text
open FsCheck.FSharp

/// A record as a file may hold it.
type Written =
    {
        Name: string
        Rest: string
        Letters: string
    }

/// How a text file may be laid out.
type Layout =
    {
        Records: Written list
        /// Residues a line of FASTA.
        Width: int
        LineEnd: string
        HasMark: bool
        EndsWithLineEnd: bool
        /// Blank lines after each record.
        Blank: int
    }

let textOf (symbols: string) shortest longest =
    gen {
        let! length = Gen.choose (shortest, longest)
        let! symbols = Gen.elements symbols |> Gen.arrayOfLength length
        return String symbols
    }

/// The letters of residues that a table takes for a missing value.
let private marksOfNothing = set [ "NA"; "NULL" ]

let written =
    gen {
        let! name = textOf "abcXYZ019|_.:;,\"'>é漢" 1 12
        let! rest = textOf "abc =,\"'[]>;é" 0 20

        let! letters =
            textOf "ACDEFGHIKLMNPQRSTVWYXBZJUO" 1 150
            |> Gen.where (fun letters -> not (marksOfNothing.Contains letters))

        return
            {
                Name = name
                Rest = rest.Trim()
                Letters = letters
            }
    }

let layout =
    gen {
        let! records =
            Gen.choose (1, 8) |> Gen.bind (fun count -> Gen.listOfLength count written)

        let! width = Gen.choose (1, 90)
        let! lineEnd = Gen.elements [ "\n"; "\r\n" ]
        let! hasMark = Gen.elements [ true; false ]
        let! endsWithLineEnd = Gen.elements [ true; false ]
        let! blank = Gen.choose (0, 2)

        return
            {
                Records = records
                Width = width
                LineEnd = lineEnd
                HasMark = hasMark
                EndsWithLineEnd = endsWithLineEnd
                Blank = blank
            }
    }

/// Lines of text may also end with CR alone.
let textLayout =
    gen {
        let! layout = layout
        let! lineEnd = Gen.elements [ "\n"; "\r\n"; "\r" ]
        return { layout with LineEnd = lineEnd }
    }

let bytesOf layout (lines: string list) =
    let mark = if layout.HasMark then "\uFEFF" else ""
    let ending = if layout.EndsWithLineEnd then layout.LineEnd else ""
    Encoding.UTF8.GetBytes(mark + String.Join(layout.LineEnd, lines) + ending)

let blank layout = List.replicate layout.Blank ""

let wrapped layout (letters: string) =
    letters |> Seq.chunkBySize layout.Width |> Seq.map String |> List.ofSeq

let headerOf record = $"{record.Name} {record.Rest}".Trim()

/// Lines of FASTA, and with each record the number of its header's line.
let fastaOf layout =
    let lines = ResizeArray<string>()

    let records =
        [
            for record in layout.Records do
                lines.Add $">{headerOf record}"
                int64 lines.Count, record
                lines.AddRange(wrapped layout record.Letters)
                lines.AddRange(blank layout)
        ]

    List.ofSeq lines, records
