module UniRep.Tests.ResidueTests

open System.IO
open UniRep
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "ResidueTests"
        [
            testCase "the published encodings of twenty proteins come out"
            <| fun () ->
                let sequences =
                    TestFiles.sharedPath "reference/tutorial_tokens/seqs.txt" |> File.ReadAllLines

                let expected =
                    TestFiles.sharedPath "reference/tutorial_tokens/formatted.txt"
                    |> File.ReadAllLines

                let encoded =
                    sequences
                    |> Array.map (fun line ->
                        match Sequence.parse (line.Trim()) with
                        | Ok sequence -> Seq.append [ Residue.start ] (sequence.Tokens.ToArray())
                        | Error error -> invalidOp error.Message)
                    |> Array.map (Seq.map string >> String.concat ",")

                let unspaced = expected |> Array.map (fun line -> line.Replace(" ", "").Trim())
                Assert.equal unspaced encoded

            testCase "every letter of the alphabet has the token of the original program"
            <| fun () ->
                let tokens =
                    [ 'A' .. 'Z' ]
                    |> List.map (fun letter ->
                        match Residue.tryToken letter with
                        | ValueSome token -> int token
                        | ValueNone -> -1)

                let expected =
                    [
                        15
                        23
                        11
                        5
                        6
                        18
                        13
                        3
                        17
                        23
                        4
                        21
                        1
                        9
                        22
                        14
                        10
                        2
                        7
                        8
                        12
                        16
                        20
                        23
                        19
                        23
                    ]

                Assert.equal expected tokens

            testCase "only capital letters are residues"
            <| fun () ->
                for symbol in [ 'a'; 'z'; '*'; '-'; '.'; ' '; '1'; 'É'; '\u0000' ] do
                    Assert.equal ValueNone (Residue.tryToken symbol)

            testCase "a token gives back its letter"
            <| fun () ->
                for letter in Residue.letters do
                    Assert.equal
                        (ValueSome letter)
                        (Residue.tryToken letter |> ValueOption.map Residue.letter)

                Assert.equal ('X') (Residue.letter Residue.unknown)
        ]
