module UniRep.Tests.VariantTests

open System
open FsCheck.FSharp
open UniRep
open UniRep.Training
open Expecto
open UniRep.Testing

let private sequence text = Sequence.parse text |> Result.orRaise

let private wildType = sequence "MKTAYIAKQR"

let private mutation original position replacement =
    {
        Original = original
        Position = position
        Replacement = replacement
    }

let private applied first text =
    Variant.parse text
    |> Result.bind (Variant.apply first wildType)
    |> Result.map string

let private letters = Gen.elements [ 'A' .. 'Z' ]

let private variants =
    gen {
        let! original = letters
        let! position = Gen.choose (-999_999_999, 999_999_999)
        let! replacement = letters
        return mutation original position replacement
    }
    |> Gen.nonEmptyListOf
    |> Gen.map (fun mutations -> { Mutations = mutations })

/// The position of the first residue, and two sequences of one length.
let private pairs =
    gen {
        let! length = Gen.choose (1, 60)
        let! one = Gen.arrayOfLength length letters
        let! other = Gen.arrayOfLength length letters
        let! first = Gen.choose (-50, 50)
        return first, String one, String other
    }

[<Tests>]
let tests =
    testList
        "VariantTests"
        [
            testCase "mutations are read in their order"
            <| fun () ->
                Assert.equal
                    (Ok
                        {
                            Mutations = [ mutation 'A' 24 'G'; mutation 'K' -3 'R' ]
                        })
                    (Variant.parse "A24G:K-3R")

            testTheory
                "what is not a mutation is named"
                [
                    "", ""
                    "A24", "A24"
                    "a24G", "a24G"
                    "A24G:", ""
                    "A24G K3R", "A24G K3R"
                    "A1G:B:C", "B"
                    "A1234567890G", "A1234567890G"
                    "A1G\n", "A1G\n"
                    "A٣G", "A٣G"
                ]
            <| fun (text: string, mutation: string) ->
                Assert.equal (Error(VariantError.NotAMutation(text, mutation))) (Variant.parse text)

            testCase "no text is a mistake of the program"
            <| fun () ->
                Assert.throws<ArgumentNullException>(fun () ->
                    Variant.parse Unchecked.defaultof<_> |> ignore)
                |> ignore

            testCase "mutations are made where they belong, counted from the first residue"
            <| fun () ->
                Assert.equal (Ok "MGTAYIAKQK") (applied 1 "K2G:R10K")
                Assert.equal (Ok "MGTAYIAKQK") (applied 24 "R33K:K25G")
                Assert.equal (Ok "MKTAYIAKQK") (applied -8 "R1K")
                Assert.equal (Ok "MKTAYIAKQR") (applied 1 "M1M")

            testCase "a variant that does not fit says why"
            <| fun () ->
                let message first text =
                    match applied first text with
                    | Ok letters -> letters
                    | Error error -> error.Message

                Assert.equal "K11G: residue 11 is not among residues 1 to 10" (message 1 "K11G")
                Assert.equal "K2G: residue 2 is not among residues 24 to 33" (message 24 "K2G")

                Assert.equal
                    "M1K:A2G: A is expected at residue 2 of the wild type, K is found"
                    (message 1 "M1K:A2G")

                Assert.equal "K2A:K2G: residue 2 is changed twice" (message 1 "K2A:K2G")
                Assert.equal "'A42' is not a mutation such as A42G" (message 1 "A42")

                let far =
                    {
                        Mutations = [ mutation 'A' Int32.MaxValue 'G' ]
                    }

                Assert.isTrue ((Variant.check Int32.MinValue wildType far).IsError)

            testCase "a replacement that is not a residue is refused"
            <| fun () ->
                let variant = { Mutations = [ mutation 'K' 2 '*' ] }

                Assert.equal
                    (Error(VariantError.NotAMutation("K2*", "K2*")))
                    (Variant.apply 1 wildType variant)

            testFor "a variant that is written and read again is the same" variants (fun variant ->
                Variant.parse (Variant.toString variant) = Ok variant)

            testFor
                "the variant of two sequences leads from one to the other"
                pairs
                (fun (first, one, other) ->
                    let variant =
                        {
                            Mutations =
                                [
                                    for at in 0 .. one.Length - 1 do
                                        if one[at] <> other[at] then
                                            mutation one[at] (first + at) other[at]
                                ]
                        }

                    Variant.apply first (sequence one) variant = Ok(sequence other))
        ]
