module UniRep.Tests.CorpusTests

open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

let private letters (corpus: Corpus) =
    List.init corpus.Count (fun index ->
        (corpus.Tokens index).ToArray() |> Array.map int |> List.ofArray)

let private tokens text =
    (Golden.parse text).Tokens.ToArray() |> Array.map int |> List.ofArray

let private read filter paths =
    match Corpus.read SequenceFile.defaults filter paths with
    | Ok found -> found
    | Error errors -> invalidOp errors.Head.Message

[<Tests>]
let tests =
    testList
        "CorpusTests"
        [
            testCase "a corpus gives back its sequences"
            <| fun () ->
                let texts = [ "MKT"; "A"; String.replicate 20_000_000 "W"; "GG" ]
                let corpus = Corpus.ofSequences (Seq.map Golden.parse texts)
                Assert.equal 4 corpus.Count
                Assert.equal 20_000_006L corpus.Residues
                Assert.equal 20_000_000 (corpus.Length 2)

                Assert.equal
                    [| byte (tokens "W").Head |]
                    ((corpus.Tokens 2).ToArray() |> Array.distinct)

                Assert.equal ((Golden.parse "GG").Tokens.ToArray()) ((corpus.Tokens 3).ToArray())

            testCase "files are read in order, without duplicates and what is too short or too long"
            <| fun () ->
                use folder = new TestFolder()
                let first = folder.WriteText("a.fasta", ">a\nMKT\n>b\nM\n>c\nMKT\n")
                let second = folder.WriteText("b.fasta", ">d\nACDEFG\n>e\nMK\n>f\nMX\n")

                let filter =
                    { Corpus.everything with
                        MinLength = 2
                        MaxLength = 5
                    }

                let corpus, summary = read filter [ first; second ]
                Assert.equal (List.map tokens [ "MKT"; "MK"; "MX" ]) (letters corpus)

                Assert.equal
                    {
                        Read = 6L
                        Kept = 3L
                        Duplicates = 1L
                        TooShort = 1L
                        TooLong = 1L
                        Invalid = 0L
                        Identity = None
                        Residues = 7L
                        Untrained = Map.ofList [ 'X', 1L ]
                        Warnings = []
                    }
                    summary

            testCase "duplicates stay where they are asked for"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.fasta", ">a\nMKT\n>c\nMKT\n")

                let corpus, _ =
                    read
                        { Corpus.everything with
                            KeepDuplicates = true
                        }
                        [ path ]

                Assert.equal 2 corpus.Count

            testCase
                "records that are no sequences are left out and counted where that is asked for"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.fasta", ">a\nMKT\n>b\nM1K\n>c\n>d\nMK\n")

                let corpus, summary =
                    read
                        { Corpus.everything with
                            SkipInvalid = true
                        }
                        [ path ]

                Assert.equal (List.map tokens [ "MKT"; "MK" ]) (letters corpus)
                Assert.equal 2L summary.Invalid

            testCase "the first twenty errors of files are told"
            <| fun () ->
                use folder = new TestFolder()
                let bad = String.concat "" [ for at in 1..30 -> $">r{at}\nM1K\n" ]
                let path = folder.WriteText("a.fasta", bad)

                match Corpus.read SequenceFile.defaults Corpus.everything [ path ] with
                | Error errors -> Assert.equal 20 errors.Length
                | Ok _ -> failtest "bad letters were read"

            testCase "gaps of an alignment are dropped"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("a.a2m", ">a\n..MK--Tacd\n")
                let corpus, _ = read Corpus.everything [ path ]
                Assert.equal [ tokens "MKTACD" ] (letters corpus)

            testTheory
                "a split parts all sequences and leaves neither part empty"
                [ 10, 0.1, 1; 10, 0.01, 1; 10, 0.99, 9; 2, 0.1, 1; 1, 0.5, 0; 10, 0.0, 0 ]
            <| fun (count, fraction, expected) ->
                let training, validation = Corpus.split 7UL fraction count
                Assert.equal expected validation.Length
                Assert.equal [| 0 .. count - 1 |] (Array.sort (Array.append training validation))

            testCase "every sequence validates one fold"
            <| fun () ->
                let folds = Corpus.folds 7UL 4 18
                Assert.equal [| 0..17 |] (folds |> Array.collect snd |> Array.sort)

                for training, validation in folds do
                    Assert.isBetween 4 5 validation.Length
                    Assert.equal [| 0..17 |] (Array.sort (Array.append training validation))

            testCase "sequences that two corpora share are counted"
            <| fun () ->
                let corpus texts =
                    Corpus.ofSequences (List.map Golden.parse texts)

                Assert.equal
                    2
                    (Corpus.overlap (corpus [ "MK"; "AA"; "W" ]) (corpus [ "W"; "C"; "MK" ]))

            testCase "a fingerprint tells order and boundaries"
            <| fun () ->
                let fingerprint texts =
                    Corpus.fingerprint (Corpus.ofSequences (List.map Golden.parse texts))

                Assert.equal (fingerprint [ "MK"; "A" ]) (fingerprint [ "MK"; "A" ])
                Assert.notEqual (fingerprint [ "MK"; "A" ]) (fingerprint [ "M"; "KA" ])
                Assert.notEqual (fingerprint [ "MK"; "A" ]) (fingerprint [ "A"; "MK" ])
        ]
