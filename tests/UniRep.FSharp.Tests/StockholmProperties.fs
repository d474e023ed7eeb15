/// Laws of alignments in Stockholm format: the same alignment in A2M and A3M is the yardstick.
module UniRep.Tests.StockholmProperties

open System
open System.IO
open System.Text
open FsCheck.FSharp
open UniRep
open UniRep.IO
open UniRep.Tests.InputLayouts
open Expecto
open UniRep.Testing

/// An alignment, and how it is written.
type private Example =
    {
        Names: string list
        /// Upper-case letters and gaps, all of one length.
        Rows: string list
        /// Whether each column is a match column.
        Marks: bool list
        HasReference: bool
        /// Columns a block.
        Width: int
        Layout: Layout
        Seed: int
    }

let private letters = "ACDEFGHIKLMNPQRSTVWYXBZJUO"

let private example =
    gen {
        let! layout = textLayout
        let! count = Gen.choose (1, 6)
        let! columns = Gen.choose (1, 80)

        // A row has a residue in the first column: one of gaps alone is an error.
        let row =
            gen {
                let! first = textOf letters 1 1
                let! rest = textOf (letters + "----------") (columns - 1) (columns - 1)
                return first + rest
            }

        let! rows = Gen.listOfLength count row
        let! names = Gen.listOfLength count (textOf "abcXYZ019|_.:;,'>é漢/-" 1 12)
        let! hasReference = Gen.elements [ true; false ]
        let! marks = Gen.listOfLength columns (Gen.elements [ true; true; false ])
        let! width = Gen.choose (1, 100)
        let! seed = Gen.choose (0, 1000000)

        return
            {
                // One name is one row, and # or / may begin another kind of line.
                Names = names |> List.mapi (fun index name -> $"r{index}{name}")
                Rows = rows
                Marks =
                    if hasReference then
                        true :: marks.Tail
                    else
                        List.replicate columns true
                HasReference = hasReference
                Width = width
                Layout = layout
                Seed = seed
            }
    }

let private blockOf width index (text: string) =
    text.Substring(index * width, min width (text.Length - index * width))

/// The lines of a Stockholm file; gaps and case are as they come, which says nothing there.
let private stockholmOf example =
    let random = Random example.Seed

    let mixed symbol =
        match symbol with
        | '-' -> "-._~"[random.Next 4]
        | letter when random.Next 3 = 0 -> Char.ToLowerInvariant letter
        | letter -> letter

    let rows = example.Rows |> List.map (String.map mixed)

    let reference =
        example.Marks
        |> List.map (fun isMatch ->
            if isMatch then
                "xA1"[random.Next 3]
            else
                ".-_~"[random.Next 4])
        |> Array.ofList
        |> String

    let blocks = (rows.Head.Length + example.Width - 1) / example.Width

    [
        "# STOCKHOLM 1.0"
        "#=GF ID made up"
        yield! blank example.Layout

        for index in 0 .. blocks - 1 do
            for name, row in List.zip example.Names rows do
                let text = blockOf example.Width index row
                $"{name}{String(' ', 1 + random.Next 4)}{text}"
                $"#=GR {name} PP {text}"

            if example.HasReference then
                $"#=GC RF\t{blockOf example.Width index reference}"

            yield! blank example.Layout

        "//"
    ]

/// The lines of A2M, or of A3M, which has no gaps in insertions.
let private a2mOf isA3m example =
    [
        for name, row in List.zip example.Names example.Rows do
            $">{name}"

            Seq.zip row example.Marks
            |> Seq.choose (fun (symbol, isMatch) ->
                match symbol, isMatch with
                | symbol, true -> Some symbol
                | '-', false -> if isA3m then None else Some '.'
                | symbol, false -> Some(Char.ToLowerInvariant symbol))
            |> Array.ofSeq
            |> String
    ]

let private read options format bytes =
    use stream = new MemoryStream(bytes: byte[])

    SequenceFile.readStream { options with Format = Some format } "it" stream
    |> List.ofSeq

let private content result =
    match result with
    | Ok record ->
        Ok(
            record.Id,
            record.Header,
            record.Sequence.Letters,
            Encoding.ASCII.GetString record.Aligned
        )
    | Error error -> Error error

[<Tests>]
let tests =
    testList
        "StockholmProperties"
        [
            testFor
                "an alignment written as Stockholm is read as if written as A2M or A3M"
                example
                (fun example ->
                    let of' options format lines =
                        read options format (bytesOf example.Layout lines) |> List.map content

                    [
                        for gapsAsX in [ false; true ] do
                            for keepAligned in [ false; true ] do
                                let options =
                                    { SequenceFile.defaults with
                                        GapsAsX = gapsAsX
                                        KeepAligned = keepAligned
                                    }

                                let found = of' options InputFormat.Stockholm (stockholmOf example)

                                found = of' options InputFormat.A2m (a2mOf false example)
                                && found = of' options InputFormat.A2m (a2mOf true example)
                                && found |> List.forall Result.isOk
                    ]
                    |> List.forall id)

            testFor
                "a strange symbol anywhere in an alignment is found where it stands"
                example
                (fun example ->
                    let random = Random example.Seed
                    let index = random.Next example.Rows.Length
                    let at = random.Next example.Rows.Head.Length
                    let name = example.Names[index]

                    let lines =
                        stockholmOf
                            { example with
                                Rows =
                                    example.Rows
                                    |> List.updateAt
                                        index
                                        (example.Rows[index].Remove(at, 1).Insert(at, "?"))
                            }

                    let line =
                        lines
                        |> List.findIndex (fun line ->
                            line.StartsWith $"{name} " && line.Contains '?')

                    let column = lines[line].IndexOf '?' + 1

                    read SequenceFile.defaults InputFormat.Stockholm (bytesOf example.Layout lines)
                    |> List.choose (function
                        | Ok _ -> None
                        | Error error -> Some error)
                        =
                        [ InputError.BadResidue("it", name, int64 line + 1L, column, Rune '?') ])
        ]
