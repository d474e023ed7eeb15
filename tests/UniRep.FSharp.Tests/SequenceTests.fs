module UniRep.Tests.SequenceTests

open UniRep
open Expecto
open UniRep.Testing

let private letters result =
    Result.map (fun (sequence: Sequence) -> sequence.Letters) result

[<Tests>]
let tests =
    testList
        "SequenceTests"
        [
            testCase "residues are read in their order"
            <| fun () ->
                Assert.equal (Ok "HASTA") (Sequence.parse "HASTA" |> letters)

                let tokens =
                    Sequence.parse "HASTA"
                    |> Result.map (fun s -> List.ofArray (s.Tokens.ToArray()))

                Assert.equal (Ok [ 3uy; 15uy; 7uy; 8uy; 15uy ]) tokens

            testCase "nothing is no sequence"
            <| fun () ->
                Assert.equal (Error SequenceError.EmptySequence) (Sequence.parse "" |> letters)

                Assert.equal
                    (Error SequenceError.EmptySequence)
                    (Sequence.parseWith { Sequence.strict with DropGaps = true } "-.-" |> letters)

            testCase "the first strange symbol is reported with its position from 1"
            <| fun () ->
                Assert.equal
                    (Error(SequenceError.UnknownResidue('k', 2)))
                    (Sequence.parse "MkT*" |> letters)

                Assert.equal
                    (Error(SequenceError.UnknownResidue('*', 3)))
                    (Sequence.parse "MK*" |> letters)

            testCase "each policy does one thing"
            <| fun () ->
                let read policy text =
                    Sequence.parseWith policy text |> letters

                Assert.equal
                    (Ok "MK")
                    (read
                        { Sequence.strict with
                            UpperCase = true
                        }
                        "mK")

                Assert.equal (Ok "MK") (read { Sequence.strict with TrimStop = true } "MK*")

                Assert.equal
                    (Error(SequenceError.UnknownResidue('*', 3)))
                    (read { Sequence.strict with TrimStop = true } "MK**")

                Assert.equal (Ok "MK") (read { Sequence.strict with DropGaps = true } "M-.K")

                Assert.equal
                    (Error(SequenceError.UnknownResidue('?', 4)))
                    (read { Sequence.strict with DropGaps = true } "M-K?")

                Assert.equal
                    (Ok "MXK")
                    (read
                        { Sequence.strict with
                            UnknownAsX = true
                        }
                        "M?K")

            testCase "a stop before gaps at the end is trimmed"
            <| fun () ->
                let policy =
                    { Sequence.strict with
                        TrimStop = true
                        DropGaps = true
                    }

                for text in [ "MK*--"; "MK*."; "M-K*"; "MK--" ] do
                    Assert.equal (Ok "MK") (Sequence.parseWith policy text |> letters)

                Assert.equal
                    (Error(SequenceError.UnknownResidue('-', 4)))
                    (Sequence.parseWith { policy with DropGaps = false } "MK*-" |> letters)

            testTheory
                "letters, question marks and stops within are read as X if asked"
                [ "MαK", "MXK"; "M?K", "MXK"; "mkK", "XXK"; "M*K", "MXK" ]
            <| fun (text: string, expected: string) ->
                let policy =
                    { Sequence.strict with
                        UnknownAsX = true
                    }

                Assert.equal (Ok expected) (Sequence.parseWith policy text |> letters)

            testTheory
                "what may part two sequences is never read as X"
                [
                    "MK>b", '>', 3
                    "MK1", '1', 3
                    "M-K", '-', 2
                    "M K", ' ', 2
                    "MK*", '*', 3
                    "MK\000", '\000', 3
                    "\uFEFFMK", '\uFEFF', 1
                ]
            <| fun (text: string, symbol: char, position: int) ->
                let policy =
                    { Sequence.strict with
                        UnknownAsX = true
                    }

                Assert.equal
                    (Error(SequenceError.UnknownResidue(symbol, position)))
                    (Sequence.parseWith policy text |> letters)

            testCase "letters that were never trained are counted"
            <| fun () ->
                let counted = Sequence.parse "MXBXKU" |> Result.map Sequence.untrained
                Assert.equal (Ok [ 'B', 1; 'U', 1; 'X', 2 ]) counted

            testCase "an error says what to do"
            <| fun () ->
                Assert.equal
                    "'k' at position 2 is not a residue: write residues in upper case"
                    ((SequenceError.UnknownResidue('k', 2)).Message)

                Assert.equal
                    "U+0007 at position 1 is not a residue: residues are the letters A to Z"
                    ((SequenceError.UnknownResidue('\a', 1)).Message)

                Assert.equal
                    "'А' (U+0410) at position 3 is not a residue: it only looks like the letter A: type that instead"
                    ((SequenceError.UnknownResidue('\u0410', 3)).Message)

            testProperty "any text is a sequence or an error that points into it"
            <| fun (characters: char list) ->
                let text = System.String(Array.ofList characters)

                match Sequence.parse text with
                | Ok sequence -> sequence.Letters = text
                | Error SequenceError.EmptySequence -> text = ""
                | Error(SequenceError.UnknownResidue(symbol, position)) ->
                    text[position - 1] = symbol
        ]
