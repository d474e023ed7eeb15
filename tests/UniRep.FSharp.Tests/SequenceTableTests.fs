module UniRep.Tests.SequenceTableTests

open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private message result =
    match result with
    | Ok value -> $"{value}"
    | Error(error: FileError) -> error.Message

let private table (folder: TestFolder) (text: string) =
    folder.WriteText("a.csv", text) |> SequenceTable.load |> Result.orRaise

let private wildType = Sequence.parse "MKTAYIAKQR" |> Result.orRaise

[<Tests>]
let tests =
    testList
        "SequenceTableTests"
        [
            testCase "a table keeps its other columns"
            <| fun () ->
                use folder = new TestFolder()

                let table =
                    table folder "id,score,sequence,\"note, long\"\na,1.5,MK,x\nb,,GG,\"y\"\"z\"\n"

                Assert.equal [ "score"; "note, long" ] table.Columns
                Assert.equal [| "a"; "b" |] (table.Records |> Array.map _.Id)
                Assert.equal [| "MK"; "GG" |] (table.Records |> Array.map _.Sequence.Letters)

                Assert.equal
                    [| "x"; "y\"z" |]
                    (SequenceTable.cells "note, long" table |> Result.orRaise)

                Assert.equal
                    [| Some 1.5; None |]
                    (SequenceTable.numbers "score" table |> Result.orRaise)

            testCase "a FASTA file is a table of descriptions"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.fasta", ">a first one\nMK\n>b\nGG\n")
                let table = SequenceTable.load path |> Result.orRaise
                Assert.equal [ "description" ] table.Columns

                Assert.equal
                    [| "first one"; "" |]
                    (SequenceTable.cells "description" table |> Result.orRaise)

            testCase "options choose the columns"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.tsv", "name\tseq\tchain\tscore\nx\tMK\tGG\t1\n")

                let options =
                    { SequenceFile.defaults with
                        SequenceColumn = Some "chain"
                        Keep = Some(Keep.Columns [ "score" ])
                    }

                let table = SequenceTable.loadWith options path |> Result.orRaise
                Assert.equal "GG" (table.Records[0].Sequence.Letters)
                Assert.equal [ "score" ] table.Columns

            testCase "missing values are told from numbers"
            <| fun () ->
                use folder = new TestFolder()

                let cells =
                    [ "0.5"; "-1e-3"; "+.75"; " 2 "; "NA"; "n/a"; "nan"; "NULL"; "None"; "" ]

                let rows = cells |> List.map (fun cell -> $"MK,{cell}\n") |> String.concat ""

                let numbers =
                    table folder $"sequence,score\n{rows}" |> SequenceTable.numbers "score"

                Assert.equal
                    [|
                        Some 0.5
                        Some -1e-3
                        Some 0.75
                        Some 2.0
                        None
                        None
                        None
                        None
                        None
                        None
                    |]
                    (numbers |> Result.orRaise)

            testCase "cells that are not numbers are named by line"
            <| fun () ->
                use folder = new TestFolder()
                let table = table folder "sequence,score\nMK,1\n\nGG,inf\nAA,\"0,53\"\nCC,x y\n"

                Assert.equal
                    ($"{table.File}: line 4, column 'score': 'inf' is not a number\n"
                     + $"{table.File}: line 5, column 'score': '0,53' is not a number: write the decimal point as '.'\n"
                     + $"{table.File}: line 6, column 'score': 'x y' is not a number")
                    (SequenceTable.numbers "score" table |> message)

            testCase "of many wrong cells the first twenty are told"
            <| fun () ->
                use folder = new TestFolder()
                let rows = String.replicate 33 "MK,x\n"
                let table = table folder $"sequence,score\n{rows}"

                match SequenceTable.numbers "score" table with
                | Error(FileError.Input(errors, count)) ->
                    Assert.equal (20, 33L) (errors.Length, count)
                | other -> failtest $"{other}"

                Assert.endsWith "\nand 13 more" (SequenceTable.numbers "score" table |> message)

            testCase "a column that is not there is told with those that are"
            <| fun () ->
                use folder = new TestFolder()
                let table = table folder "sequence,score,note\nMK,1,x\n"

                Assert.equal
                    $"{table.File}: no column 'fitness'; there are: score, note"
                    (SequenceTable.numbers "fitness" table |> message)

            testCase "variants of a wild type are read from a table"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.csv", "score,mutant\n0.5,K25G\nNA,M24A:R33K\n")
                let table = SequenceTable.loadVariants 24 wildType path |> Result.orRaise
                Assert.equal [| "K25G"; "M24A:R33K" |] (table.Records |> Array.map _.Id)

                Assert.equal
                    [| "MGTAYIAKQR"; "AKTAYIAKQK" |]
                    (table.Records |> Array.map _.Sequence.Letters)

                Assert.equal [ "score" ] table.Columns

                Assert.equal
                    [| Some 0.5; None |]
                    (SequenceTable.numbers "score" table |> Result.orRaise)

            testCase "the column of variants and that of ids can be named"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.tsv", "mutant\tchange\tname\nx\tK2G\tone\n")

                let options =
                    { SequenceFile.defaults with
                        SequenceColumn = Some "change"
                        IdColumn = Some "name"
                    }

                let table = SequenceTable.loadVariantsWith options 1 wildType path |> Result.orRaise
                Assert.equal "one" (table.Records[0].Id)
                Assert.equal "MGTAYIAKQR" (table.Records[0].Sequence.Letters)
                Assert.equal [ "mutant" ] table.Columns

            testCase "every wrong variant is told by its line"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.csv", "mutant\nK2A:K2G\nK2G\nA2G\nK2\n")

                Assert.equal
                    ($"{path}: line 2: K2A:K2G: residue 2 is changed twice\n"
                     + $"{path}: line 4: A2G: A is expected at residue 2 of the wild type, K is found\n"
                     + $"{path}: line 5: 'K2' is not a mutation such as A42G")
                    (SequenceTable.loadVariants 1 wildType path |> message)

            testCase "variants need a table with a column of them"
            <| fun () ->
                use folder = new TestFolder()
                let list = folder.WriteText("a.txt", "K2G\n")
                let fasta = folder.WriteText("a.fasta", ">a\nMK\n")

                for path in [ list; fasta ] do
                    Assert.equal
                        $"{path}: this is not a table with a header row (.csv or .tsv)"
                        (SequenceTable.loadVariants 1 wildType path |> message)

                let other = folder.WriteText("a.csv", "id,score\nK2G,1\n")

                Assert.equal
                    $"{other}: no column 'mutant'; there are: id, score"
                    (SequenceTable.loadVariants 1 wildType other |> message)
        ]
