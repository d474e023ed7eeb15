module UniRep.Tests.InputWarningTests

open System
open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

let private warningsOfBytes (bytes: byte[]) =
    use stream = new MemoryStream(bytes)

    match
        SequenceFile.readStream SequenceFile.defaults "it" stream
        |> SequenceFile.summarize
    with
    | Ok summary -> summary.Warnings
    | Error error -> invalidOp error.Message

let private warningsOf (text: string) =
    warningsOfBytes (Encoding.UTF8.GetBytes text)

let private fasta (sequences: string list) =
    sequences
    |> List.mapi (fun index letters -> $">r{index + 1}\n{letters}\n")
    |> String.concat ""

let private gene =
    "ATGGCTAGCAAAGGAGAAGAACTTTTCACTGGAGTTGTCCCAATTCTTGTTGAATTAGATGGTGATGTTAAT"

let private protein =
    "MSKGEELFTGVVPILVELDGDVNGHKFSVSGEGEGDATYGKLTLKFICTTGKLPVPWPTLVTTFSYGVQCFSRYPDHMKQHDFFKSAMPEGYVQERTIFF"

[<Tests>]
let tests =
    testList
        "InputWarningTests"
        [
            testCase "DNA and RNA are told with their share"
            <| fun () ->
                let message share =
                    $"{share} %% of the letters are A, C, G, T, U or N: this looks like DNA or RNA, but the model reads proteins: translate it first"

                Assert.equal [ message "100" ] (warningsOf (fasta [ gene; "ACGTNNNNACGT" ]))
                Assert.equal [ message "98.6" ] (warningsOf (fasta [ "R" + gene[1..] ]))

                Assert.equal
                    [
                        message "100"
                        "24 × U: the model never learnt these letters; their places are arbitrary"
                    ]
                    (warningsOf (fasta [ gene.Replace('T', 'U') ]))

            testCase "genes among proteins are counted, the first by name"
            <| fun () ->
                let proteins = List.replicate 20 protein

                Assert.equal
                    [
                        "2 of 22 records look like DNA or RNA (first 'r21'), but the model reads proteins"
                    ]
                    (warningsOf (fasta (proteins @ [ gene; gene ])))

            testTheory
                "peptides, repeats and proteins are no DNA"
                [
                    "GAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGAGA"
                    "GATTACA"
                    "CATTAGGAC"
                    "NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN"
                    "GAGTGAGTAGAGTGAGTAGAGTGAGTAGAGTGAGTA"
                    "MSKGEELFTGVVPILVELDGDVNGHKFSV"
                ]
            <| fun (letters: string) -> Assert.isEmpty (warningsOf $">a\n{letters}\n")

            testCase "no protein of a proteome looks like DNA"
            <| fun () ->
                let path = TestFiles.sharedPath "corpora/proteomes/yeast_UP000002311.fasta"

                match SequenceFile.read SequenceFile.defaults path |> SequenceFile.summarize with
                | Ok summary ->
                    Assert.equal
                        (0L, false)
                        (summary.NucleotideRecords, summary.LooksLikeNucleotides)

                    Assert.isTrue (summary.Records > 6_000L)
                | Error error -> invalidOp error.Message

            testCase "headers that are not UTF-8 are counted, with the first line"
            <| fun () ->
                let text = $">a\n{protein}\n>b café\n{protein}\n>c é\n{protein}\n"

                Assert.equal
                    [
                        "2 headers hold bytes that are not UTF-8, and are read as Latin-1 (the first is in line 3)"
                    ]
                    (warningsOfBytes (Encoding.Latin1.GetBytes text))

            testCase "a list that may hold names, a heading or one sequence is told"
            <| fun () ->
                let names =
                    "every other line is short and may be a name, but is read as a sequence: write names as FASTA headers"

                let heading =
                    "the first line is short beside the others and may be a heading, but is read as a sequence"

                let broken =
                    "all lines but the last have 50 letters: if they are one sequence, write it as FASTA"

                let half = protein[..49]

                for lines, expected in
                    [
                        [ "GFP"; protein ], [ names ]
                        [ "GFP"; protein; "TEM"; protein ], [ names ]
                        [ "GFP"; protein; protein ], [ heading ]
                        [ half; half; "MKT" ], [ broken ]
                        [ half; half; half ], []
                        [ half; "MKT" ], []
                        [ protein; half; half; "MKT" ], []
                        [ "MKT"; "GFP"; "TEM" ], []
                        [ "GFP"; "MKTA"; protein ], []
                    ] do
                    Assert.equal expected (warningsOf (String.Join('\n', lines)))
                    Assert.isEmpty (warningsOf (fasta lines))

            testCase "ids that come again are counted"
            <| fun () ->
                Assert.equal
                    [ "1 records repeat the id of an earlier one; all are kept, in order" ]
                    (warningsOf $">a\n{protein}\n>a\n{protein}\n")

            testCase "a corpus of DNA is told, and ids that come again are not"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("dna.fasta", $">a\n{gene}\n>a\n{gene}A\n")

                match Corpus.read SequenceFile.defaults Corpus.everything [ path ] with
                | Ok(_, summary) ->
                    Assert.equal
                        [
                            "100 % of the letters are A, C, G, T, U or N: this looks like DNA or RNA, but the model reads proteins: translate it first"
                        ]
                        summary.Warnings
                | Error errors -> invalidOp errors.Head.Message
        ]
