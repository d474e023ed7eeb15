/// Columns of records that are read from alignments, and corpora without close relatives.
module UniRep.Tests.AlignedRecordsTests

open System
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

/// The columns of the records of an alignment.
let private aligned options (folder: TestFolder) name text =
    let path = folder.WriteText(name, text)

    match SequenceFile.loadWith { options with KeepAligned = true } path with
    | Ok records -> [ for record in records -> Encoding.ASCII.GetString record.Aligned ]
    | Error error -> invalidOp error.Message

let private corpusOf options filter path =
    match Corpus.read options filter [ path ] with
    | Ok found -> found
    | Error errors -> invalidOp errors.Head.Message

let private lettersOf (corpus: Corpus) =
    [
        for index in 0 .. corpus.Count - 1 ->
            String(Array.map Residue.letter ((corpus.Tokens index).ToArray()))
    ]

let private alike limit =
    { Corpus.everything with
        MaxIdentity = Some limit
    }

[<Tests>]
let tests =
    testList
        "AlignedRecordsTests"
        [
            testCase "of an alignment the match columns are read, whatever becomes of the gaps"
            <| fun () ->
                use folder = new TestFolder()
                let text = ">a\nmkACDX-..\n>b\nACq\nqD-F\n>c\n--D.EFkl\n"
                let expected = [ "ACDX-"; "ACD-F"; "--DEF" ]
                Assert.equal expected (aligned SequenceFile.defaults folder "a.a3m" text)

                Assert.equal
                    expected
                    (aligned
                        { SequenceFile.defaults with
                            GapsAsX = true
                        }
                        folder
                        "a.a3m"
                        text)

            testCase "what is read as X is X in the columns too, and a stop is a gap"
            <| fun () ->
                use folder = new TestFolder()

                Assert.equal
                    [ "AXDE"; "ACD-"; "ACD-" ]
                    (aligned
                        { SequenceFile.defaults with
                            UnknownAsX = true
                            TrimStop = true
                        }
                        folder
                        "a.a2m"
                        ">a\nA?DE\n>b\nACD*\n>c\nACD-\n")

            testTheory
                "of other files the columns are the letters"
                [
                    "a.fasta", ">a\nmkt\n>b\nMXL\n"
                    "a.csv", "id,sequence\na,mkt\nb,MXL\n"
                    "a.txt", "mkt\nMXL\n"
                ]
            <| fun (name, text) ->
                use folder = new TestFolder()

                Assert.equal
                    [ "MKT"; "MXL" ]
                    (aligned
                        { SequenceFile.defaults with
                            UpperCase = true
                        }
                        folder
                        name
                        text)

            testCase "nobody pays for columns who does not ask for them"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.a2m", ">a\nMK-T\n")

                match SequenceFile.load path with
                | Ok [| record |] -> Assert.isEmpty record.Aligned
                | other -> failtest $"{other}"

            testCase "a corpus has the rows that remain, with their insertions, and tells how many"
            <| fun () ->
                use folder = new TestFolder()

                let path =
                    folder.WriteText(
                        "a.a3m",
                        ">query\nACDEFGHIKL\n>close\nkkACDEFGHIKW\n>part\n------HIKL\n>far\nWWWmkWWGHIKL\n>short\nA---------\n"
                    )

                let filter = { alike 0.8 with MinLength = 2 }
                let corpus, summary = corpusOf SequenceFile.defaults filter path
                Assert.equal [ "ACDEFGHIKL"; "WWWMKWWGHIKL" ] (lettersOf corpus)

                Assert.equal
                    (Some
                        {
                            Limit = 0.8
                            Rows = 4L
                            Remaining = 2L
                        })
                    summary.Identity

                Assert.equal 2L summary.Kept
                Assert.equal 0L summary.Duplicates
                let _, all = corpusOf SequenceFile.defaults Corpus.everything path
                Assert.equal None all.Identity

            testCase "every file is compared with itself alone"
            <| fun () ->
                use folder = new TestFolder()
                let first = folder.WriteText("a.a3m", ">a\nACDEF\n>b\nACDEY\n")
                let second = folder.WriteText("b.a3m", ">a\nACDEFG\n>b\nACDEFW\n")

                match Corpus.read SequenceFile.defaults (alike 0.7) [ first; second ] with
                | Ok(corpus, summary) ->
                    Assert.equal [ "ACDEF"; "ACDEFG" ] (lettersOf corpus)

                    Assert.equal
                        (Some(4L, 2L))
                        (summary.Identity |> Option.map (fun it -> it.Rows, it.Remaining))
                | Error errors -> failtest errors.Head.Message

            testTheory
                "sequences that are not aligned are one error"
                [
                    "a.fasta", ">a\nACDE\n>b\nACDEF\n>c\nACD\n", 3L
                    "a.a2m", ">a\nACDE\n>b\nACfDEF\n>c\nA\n", 3L
                ]
            <| fun (name, text, line) ->
                use folder = new TestFolder()
                let path = folder.WriteText(name, text)

                match Corpus.read SequenceFile.defaults (alike 0.8) [ path ] with
                | Error [ InputError.NotAligned(file, "b", at, 4, 5) as error ] ->
                    Assert.equal (path, line) (file, at)
                    Assert.contains "needs an alignment" error.Message
                    Assert.contains "save it as .a3m or .a2m" error.Message
                | other -> failtest $"{other}"

            testTheory
                "of the families avGFP and TEM-1 as many rows remain as another program keeps"
                [
                    "families/GFP_uref100_avgfp_jhmmer_119.a2m", 0.8, 1046L, 147L
                    "families/GFP_uref100_avgfp_jhmmer_119.a2m", 0.5, 1046L, 26L
                    "families/GFP_uref100_avgfp_jhmmer_119.a2m", 0.9, 1046L, 249L
                    "families/BLAT_ECOLX.a2m", 0.8, 8403L, 2650L
                ]
            <| fun (name, limit, rows, kept) ->
                let _, summary =
                    corpusOf SequenceFile.defaults (alike limit) (TestFiles.sharedPath name)

                Assert.equal
                    (Some
                        {
                            Limit = limit
                            Rows = rows
                            Remaining = kept
                        })
                    summary.Identity
        ]
