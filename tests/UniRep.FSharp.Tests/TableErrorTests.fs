module UniRep.Tests.TableErrorTests

open System.Text
open UniRep
open UniRep.IO
open UniRep.Tests.InputErrorTests
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "TableErrorTests"
        [
            testCase "bytes of a cell that are not UTF-8 are told by line and byte"
            <| fun () ->
                let bytes =
                    Array.concat
                        [
                            Encoding.UTF8.GetBytes
                                "note,sequence,id\nfine,MK,a\n\"two\nlines\",MK,l"
                            [| 0xE4uy |]
                            Encoding.UTF8.GetBytes "nes\n"
                        ]

                Assert.equal
                    [
                        "a.csv: line 4, byte 12: not UTF-8 text: convert the file, or remove the byte"
                    ]
                    (describedOf SequenceFile.defaults "a.csv" bytes)

            testCase "bytes of a column that nobody reads do not matter"
            <| fun () ->
                let bytes =
                    Array.concat
                        [
                            Encoding.UTF8.GetBytes "id,sequence,note\na,MK,l"
                            [| 0xE4uy |]
                            Encoding.UTF8.GetBytes "st\n"
                        ]

                Assert.equal [] (describedOf SequenceFile.defaults "a.csv" bytes)

                let keeping =
                    { SequenceFile.defaults with
                        Keep = Some(Keep.Columns [ "note" ])
                    }

                Assert.equal
                    [
                        "a.csv: line 2, byte 7: not UTF-8 text: convert the file, or remove the byte"
                    ]
                    (describedOf keeping "a.csv" bytes)

            testCase "a strange letter of a table is told with its place in the file"
            <| fun () ->
                Assert.equal
                    [
                        "a.csv: record 'x', line 2, column 5: 'k' is not a residue: write residues in upper case"
                        "a.csv: record 'y,\"z\"', line 3, column 13: 'g' is not a residue: write residues in upper case"
                        "a.csv: record 'v', line 5, column 3: 'a' is not a residue: write residues in upper case"
                        "a.csv: record 'w', line 6, column 6: '\"' is not a residue: remove it"
                        "a.csv: record 'u', line 8, column 2: 't' is not a residue: write residues in upper case"
                    ]
                    (ofText
                        "a.csv"
                        "id,sequence\r\nx,MAk\r\n\"y,\"\"z\"\"\",GGg\r\nv,\"MK\r\nTAa\"\r\nw,\"MA\"\"a\"\r\nu,\"MA\nAt\"\n")

            testCase "a table lacks a column: there are these"
            <| fun () ->
                Assert.equal
                    [ "a.csv: no column 'sequence'; there are: id, score" ]
                    (ofText "a.csv" "id,score\na,1\n")

                let options =
                    { SequenceFile.defaults with
                        IdColumn = Some "clone"
                    }

                Assert.equal
                    [ "a.tsv: no column 'clone'; there are: id, sequence" ]
                    (describedOf options "a.tsv" (Encoding.UTF8.GetBytes "id\tsequence\n1\tMK\n"))

            testCase "of many columns the first twenty are told"
            <| fun () ->
                let columns = [ for number in 1..300 -> $"c{number}" ]
                let shown = String.concat ", " (List.truncate 20 columns)

                Assert.equal
                    $"f: no column 'a'; there are: {shown} and 280 more"
                    ((InputError.NoColumn("f", "a", columns)).Message)

            testCase "a row that is not as wide as the header ends the reading"
            <| fun () ->
                Assert.equal
                    [
                        "a.csv: line 3: 2 cells expected, 3 found: a cell that holds a comma, such as a decimal comma, needs quotes"
                    ]
                    (ofText "a.csv" "id,sequence\na,MK\nb,MK,7\nc,MK\n")

            testCase "a quote that is never closed is an error and swallows no rows"
            <| fun () ->
                let isRefused =
                    match ofText "a.csv" "id,sequence\na,MK\nb,\"MK\nc,MK\n" with
                    | [ text ] -> text.StartsWith "a.csv: line 3: "
                    | _ -> false

                Assert.isTrue isRefused
        ]
