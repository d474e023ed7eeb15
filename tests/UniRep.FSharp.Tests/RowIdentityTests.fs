/// Identity of rows of an alignment, and the filter of rows that are much alike.
module UniRep.Tests.RowIdentityTests

open System
open System.Text
open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

let private bytes (text: string) = Encoding.ASCII.GetBytes text

let private keep limit (rows: string list) =
    rows
    |> List.map bytes
    |> Array.ofList
    |> RowIdentity.filter limit
    |> List.ofArray

/// The filter as its definition says it, on texts, every pair in full.
let private reference (limit: float) (rows: string[]) =
    let isResidue symbol = symbol <> '-'

    let residues row =
        row |> Seq.filter isResidue |> Seq.length

    let identity (a: string) (b: string) =
        let equal =
            Seq.zip a b |> Seq.filter (fun (x, y) -> isResidue x && x = y) |> Seq.length

        float equal / float (max 1 (min (residues a) (residues b)))

    (([]: int list), [ 0 .. rows.Length - 1 ])
    ||> List.fold (fun kept row ->
        if kept |> List.exists (fun other -> identity rows[other] rows[row] > limit) then
            kept
        else
            kept @ [ row ])
    |> Array.ofList

/// Relatives of relatives with gaps and X, so that all identities occur.
let private alignment seed count width =
    let random = SplitMix seed
    let letters = "ACDEFGHIKLMNPQRSTVWYX---"
    let rows = ResizeArray<string>()

    for _ in 1..count do
        let row =
            if rows.Count = 0 then
                Array.init width (fun _ -> letters[random.Below letters.Length])
            else
                rows[random.Below rows.Count].ToCharArray()

        for _ in 1 .. random.Below(1 + width / 3) do
            row[random.Below width] <- letters[random.Below letters.Length]

        rows.Add(String row)

    rows.ToArray()

[<Tests>]
let tests =
    testList
        "RowIdentityTests"
        [
            testTheory
                "identity is the share of equal residues of the row with fewer of them"
                [
                    "ACDEF", "ACDEF", 1.0
                    "ACDEF", "ACDEY", 0.8
                    // A gap is never equal, and is no residue.
                    "ACDE-", "ACDY-", 0.75
                    "ACDEFGHIKL", "------HIKL", 1.0
                    "AC----", "--DEFG", 0.0
                    "ACDE--", "--DEFG", 0.5
                    // X is a letter.
                    "ACDX", "ACDX", 1.0
                    "ACDX", "ACDE", 0.75
                    "----", "ACDE", 0.0
                    "", "", 0.0
                ]
            <| fun (first, second, expected) ->
                Assert.equal expected (RowIdentity.between (bytes first) (bytes second))
                Assert.equal expected (RowIdentity.between (bytes second) (bytes first))

            testCase "a row is left out if it is more alike than the limit to one kept before"
            <| fun () ->
                // The second is 0.9 like the first, the third 0.8, which is not above the limit; the fourth is like the
                // second alone, which is gone.
                let rows = [ "ACDEFGHIKL"; "ACDEFGHIKW"; "ACDEFGHIWW"; "WWDEFGHIKW" ]
                Assert.equal [ 0; 2; 3 ] (keep 0.8 rows)
                Assert.equal [ 0; 2; 3 ] (keep 0.8999 rows)
                Assert.equal [ 0; 1; 2; 3 ] (keep 0.9 rows)
                Assert.equal [ 0 ] (keep 0.5 rows)

            testCase "the order decides, and the first row stays"
            <| fun () ->
                let rows = [ "ACDE-"; "ACDEF"; "ACDEY"; "WWWWW" ]
                Assert.equal [ 0; 3 ] (keep 0.8 rows)
                Assert.equal [ 0; 1; 2 ] (keep 0.8 (List.rev rows))

            testCase "a limit of 1 leaves out nothing, and rows without residues stay"
            <| fun () ->
                Assert.equal [ 0; 1; 2 ] (keep 1.0 [ "ACDE"; "ACDE"; "AC--" ])
                Assert.equal [ 0; 1; 2 ] (keep 0.1 [ "----"; "----"; "AC--" ])
                Assert.equal [] (keep 0.8 [])

            testTheory
                "the limit is exact where its product with a number of residues is not"
                [ for parts in [ 3; 7; 10; 25; 49; 100; 300 ] -> parts ]
            <| fun parts ->
                // So many of `parts` columns are equal that the identity is the limit: not above it, and kept.
                for equal in 1..parts do
                    let limit = float equal / float parts
                    let first = String('A', parts)
                    let second = String('A', equal) + String('C', parts - equal)
                    Assert.equal [ 0; 1 ] (keep limit [ first; second ])

                    if equal > 1 then
                        let below = Math.BitDecrement limit
                        Assert.equal [ 0 ] (keep below [ first; second ])

            testTheory
                "the filter keeps what its definition keeps"
                [
                    for seed, count, width in
                        [ 1UL, 60, 1; 2UL, 80, 31; 3UL, 80, 32; 4UL, 80, 33; 5UL, 120, 150 ] do
                        for limit in [ 0.2; 0.5; 0.62; 0.8; 0.9; 0.99; 1.0 ] ->
                            seed, count, width, limit
                ]
            <| fun (seed, count, width, limit) ->
                let rows = alignment seed count width

                Assert.equal
                    (reference limit rows)
                    (RowIdentity.filter limit (Array.map bytes rows))

            testTheory "another limit is refused" [ 0.0; -0.1; 1.0001; 80.0; nan ]
            <| fun limit ->
                Assert.throws<ArgumentOutOfRangeException>(fun () -> keep limit [ "AC" ] |> ignore)
                |> ignore

            testCase "rows that differ in length are refused"
            <| fun () ->
                Assert.throws<ArgumentException>(fun () -> keep 0.8 [ "AC"; "ACD" ] |> ignore)
                |> ignore

                Assert.throws<ArgumentException>(fun () ->
                    RowIdentity.between (bytes "AC") (bytes "A") |> ignore)
                |> ignore
        ]
