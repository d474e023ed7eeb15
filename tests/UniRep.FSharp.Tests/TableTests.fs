module UniRep.Tests.TableTests

open System
open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Tests.InputErrorTests
open Expecto
open UniRep.Testing

let internal as' format =
    { SequenceFile.defaults with
        Format = Some format
    }

let private csv = as' InputFormat.Csv

let private tsv = as' InputFormat.Tsv

let private readBytes options (bytes: byte[]) =
    use stream = new MemoryStream(bytes)
    SequenceFile.readStream options "it" stream |> List.ofSeq

let private read options (text: string) =
    readBytes options (Encoding.UTF8.GetBytes text)

/// The records of a text that can be read.
let internal recordsOf options text =
    read options text
    |> List.map (function
        | Ok record -> record
        | Error error -> invalidOp error.Message)

let internal pairsOf options text =
    recordsOf options text
    |> List.map (fun record -> record.Id, record.Sequence.Letters)

let internal keptOf options text =
    recordsOf options text |> List.map (fun record -> List.ofArray record.Kept)

let internal errorsOf options text =
    read options text
    |> List.choose (function
        | Ok _ -> None
        | Error error -> Some error)

[<Tests>]
let tests =
    testList
        "TableTests"
        [
            testCase "a quote in a TSV is a letter like any other"
            <| fun () ->
                Assert.equal
                    [ "P1", "MKTAYIAK"; "P2", "MSKGEELF"; "P3", "MSKG"; "P4", "GGGG" ]
                    (pairsOf
                        tsv
                        "Entry\tProtein names\tSequence\nP1\t\"open\tMKTAYIAK\nP2\tb\tMSKGEELF\nP3\tc\"\tMSKG\nP4\td\tGGGG\n")

                Assert.equal
                    [
                        [ "Protein 5\" end" ]
                        [ "\"Quoted\" protein" ]
                        [ "3\" and 5\"" ]
                        [ "\"\"" ]
                    ]
                    (keptOf
                        { tsv with
                            Keep = Some(Keep.Columns [ "name of it" ])
                        }
                        "id\tname of it\tseq\r\n1\tProtein 5\" end\tMK\r\n2\t\"Quoted\" protein\tMK\r\n3\t3\" and 5\"\tMK\r\n4\t\"\"\tMK")

            testCase "the place of a strange letter behind the quotes of a TSV is right"
            <| fun () ->
                Assert.equal
                    [
                        "a.tsv: record 'a', line 2, column 10: 'k' is not a residue: write residues in upper case"
                    ]
                    (ofText "a.tsv" "id\tname\tsequence\na\t\"x\"\"é\tMkT\n")

            testTheory
                "a cell that stands for a missing value is no sequence"
                [
                    "NA"
                    " NA "
                    "N/A"
                    "<NA>"
                    "NULL"
                    "NaN"
                    "nan"
                    "None"
                    "#N/A"
                    "#VALUE!"
                    "-"
                    "---"
                    "?"
                    "0"
                ]
            <| fun (cell: string) ->
                for options in
                    [
                        csv
                        { csv with
                            UpperCase = true
                            UnknownAsX = true
                        }
                    ] do
                    Assert.equal
                        [ InputError.MissingSequence("it", "b", 3L, cell.Trim()) ]
                        (errorsOf options $"id,sequence\na,MKT\nb,{cell}\nc,MK\n")

            testCase "a missing value is told with what to do, and reading goes on"
            <| fun () ->
                Assert.equal
                    [
                        "a.tsv: record 'b', line 3: 'NA' means a missing value, not a sequence: remove the row; a peptide of these letters can be given in a FASTA file"
                    ]
                    (ofText "a.tsv" "id\tsequence\na\tMKT\nb\tNA\nc\tMK\n")

                Assert.isTrue (
                    InputError.isOfRecord (InputError.MissingSequence("f", "a", 1L, "NA"))
                )

            testCase "peptides whose letters are nearly those of a missing value are sequences"
            <| fun () ->
                Assert.equal
                    [ "a", "NAN"; "b", "NAA"; "c", "NULLA"; "d", "N" ]
                    (pairsOf csv "id,sequence\na,NAN\nb,NAA\nc,NULLA\nd,N\n")

                Assert.equal [ "a", "NA" ] (pairsOf (as' InputFormat.Fasta) ">a\nNA\n")

            testTheory
                "a column with a usual name holds the sequences"
                [
                    "Sequence,x"
                    " SEQ ,x"
                    "Protein Sequence,x"
                    "mutated-sequence,x"
                    "primary,protein"
                ]
            <| fun (header: string) ->
                Assert.equal [ "MKT" ] (pairsOf csv $"{header}\nMKT,A\n" |> List.map snd)

            testCase "a choice in doubt is the user's"
            <| fun () ->
                let text = "sequence,seq,Protein\nMK,MKT,GFP\n"

                Assert.equal
                    [ InputError.DoubtfulColumn("it", [ "sequence"; "seq" ]) ]
                    (errorsOf csv text)

                Assert.equal
                    "it: several columns may hold the sequences: sequence, seq"
                    ((InputError.DoubtfulColumn("it", [ "sequence"; "seq" ])).Message)

                Assert.equal
                    [ "GFP", "MKT" ]
                    (pairsOf { csv with SequenceColumn = Some "SEQ" } text)

            testCase "a column called protein may hold names, so it is not taken for sequences"
            <| fun () ->
                let text = "Protein,Seq_len,AA\nGFP,8,MSKGEELF\nTEM,8,MKTAYIAK\n"

                Assert.equal
                    [ InputError.NoColumn("it", "sequence", [ "Protein"; "Seq_len"; "AA" ]) ]
                    (errorsOf csv text)

                Assert.equal
                    [ "GFP", "MSKGEELF"; "TEM", "MKTAYIAK" ]
                    (pairsOf { csv with SequenceColumn = Some "AA" } text)

            testCase "a column that is named twice is refused where it is needed"
            <| fun () ->
                Assert.equal
                    [ InputError.DoubtfulColumn("it", [ "sequence"; "Sequence" ]) ]
                    (errorsOf csv "sequence,Sequence\nMK,MK\n")

                let named name = { csv with SequenceColumn = Some name }

                let text = "aa,AA,b,b,c,C\nMK,MKT,G,G,A,A\n"
                Assert.equal [ "MKT" ] (pairsOf (named "AA") text |> List.map snd)

                Assert.equal [ InputError.RepeatedColumn("it", "b") ] (errorsOf (named "b") text)

                Assert.equal [ InputError.RepeatedColumn("it", "Aa") ] (errorsOf (named "Aa") text)

                Assert.equal
                    [ InputError.RepeatedColumn("it", "Id") ]
                    (errorsOf csv "Id,sequence,ID\na,MK,b\n")

            testTheory
                "ids are from the first usual column there is, or numbers"
                [
                    "Entry,Entry Name,Sequence", "x"
                    "name,accession,Sequence", "y"
                    "mutant,name,Sequence", "y"
                    "protein,ID,Sequence", "y"
                    "Protein,score,Sequence", "x"
                    ",score,Sequence", "x"
                    "Unnamed: 0,score,Sequence", "x"
                    "score,,Sequence", "1"
                    "score,other,Sequence", "1"
                ]
            <| fun (header: string, id: string) ->
                Assert.equal [ id, "MKT" ] (pairsOf csv $"{header}\nx,y,MKT\n")

            testCase "a record tells which columns its parts are from"
            <| fun () ->
                let sourceOf text =
                    let record = (recordsOf csv text).Head
                    record.Source.SequenceColumn, record.Source.IdColumn, record.Source.ColumnCount

                Assert.equal (Some "Seq", Some "Entry", 3) (sourceOf "x,Entry,Seq\n1,a,MK\n")
                Assert.equal (Some "Seq", None, 2) (sourceOf "x,Seq\n1,MK\n")
                let text = (recordsOf (as' InputFormat.Fasta) ">a\nMK\n").Head.Source
                Assert.equal (None, None, 0) (text.SequenceColumn, text.IdColumn, text.ColumnCount)

            testCase "an id is what stands in its cell, blanks and all; a blank one is a number"
            <| fun () ->
                Assert.equal
                    [ "a", "MK"; "a ", "MK"; "3", "MK"; "4", "MK" ]
                    (pairsOf csv "id,sequence\na,MK\na ,MK\n,MK\n  ,MK\n")

            testTheory
                "a table separated in another way is refused with what to do"
                [
                    "a.csv", "id;sequence;score\na;MKT;0,53\n", "semicolons", "commas"
                    "a.csv", "sep=;\nid;sequence\na;MKT\n", "semicolons", "commas"
                    "a.csv", "id\tsequence\na\tMKT\n", "tabs", "commas"
                    "a.tsv", "id,sequence\na,MKT\n", "commas", "tabs"
                    "a.tsv", "id;sequence\na;MKT\n", "semicolons", "tabs"
                    "a.csv", "id|sequence\na|MKT\n", "'|'", "commas"
                ]
            <| fun (name: string, text: string, found: string, expected: string) ->
                let isHint =
                    match ofText name text with
                    | [ told ] ->
                        told.StartsWith $"{name}: the header has {found}, not {expected}: "
                    | _ -> false

                Assert.isTrue isHint

            testCase "a decimal comma that widens a row is refused"
            <| fun () ->
                Assert.equal
                    [
                        "a.csv: line 2: 3 cells expected, 4 found: a cell that holds a comma, such as a decimal comma, needs quotes"
                    ]
                    (ofText "a.csv" "id,sequence,score\na,MKT,0,53\n")

            testCase "what R writes unasked is refused with what to do"
            <| fun () ->
                Assert.equal
                    [
                        "a.tsv: the column names are in quotes, which are letters like any other in a TSV: save it without quotes (R: quote = FALSE), or as CSV"
                    ]
                    (ofText "a.tsv" "\"id\"\t\"sequence\"\n\"a\"\t\"MKT\"\n")

                Assert.equal
                    [
                        "a.tsv: line 2: 2 cells expected, 3 found: R's write.table needs col.names = NA to name the row names"
                    ]
                    (ofText "a.tsv" "id\tsequence\n1\ta\tMKT\n")

            testTheory
                "byte order mark, blank lines and any line end do for tables"
                [ "\n"; "\r\n"; "\r" ]
            <| fun (ending: string) ->
                for format, separator in [ InputFormat.Csv, ","; InputFormat.Tsv, "\t" ] do
                    let lines = [ "\uFEFFid,sequence"; ""; "a,MKT"; ""; "b,MKA"; "" ]

                    Assert.equal
                        [ "a", "MKT", 3L; "b", "MKA", 5L ]
                        ((String.concat ending lines).Replace(",", separator)
                         |> recordsOf (as' format)
                         |> List.map (fun record -> record.Id, record.Sequence.Letters, record.Line))

            testCase "the place of a letter in a cell of a million lines takes no memory to find"
            <| fun () ->
                let lines = 1_000_000
                let text = "id,sequence\na,\"" + String.replicate lines "A\n" + "?\"\n"
                let bytes = Encoding.UTF8.GetBytes text
                let before = GC.GetAllocatedBytesForCurrentThread()
                let found = readBytes csv bytes
                let allocated = GC.GetAllocatedBytesForCurrentThread() - before

                let place =
                    match found with
                    | [ Error(InputError.BadResidue(_, _, line, column, _)) ] -> line, column
                    | _ -> 0L, 0

                Assert.equal (int64 lines + 2L, 1) place
                Assert.isBetween 0L (40L * int64 bytes.Length) allocated
        ]
