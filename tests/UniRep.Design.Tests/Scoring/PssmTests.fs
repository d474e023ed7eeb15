module UniRep.Design.Tests.PssmTests

open System
open System.Globalization
open System.IO
open UniRep
open UniRep.Design
open UniRep.Tests
open Expecto
open UniRep.Testing

let private golden name =
    TestFiles.repositoryPath $"tests/golden/{name}"

let private number (text: string) =
    Double.Parse(text, CultureInfo.InvariantCulture)

let private alignment path =
    Alignment.load None path
    |> Result.defaultWith (fun error -> failtest error.Message)

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

let private scorer wildType pssm =
    Pssm.scorer wildType pssm
    |> Result.defaultWith (fun error -> failtest error.Message)

[<Tests>]
let tests =
    testList
        "PssmTests"
        [
            testCase "weights and log-probabilities are those of a separate program"
            <| fun () ->
                let pssm = Pssm.create Pssm.defaults (alignment (golden "pssm.a2m"))
                let weights = File.ReadAllLines(golden "pssm.weights.txt") |> Array.map number
                Array.iter2 (Assert.isWithin 1e-10) weights pssm.RowWeights
                Assert.isWithin 1e-9 (Array.sum weights) pssm.EffectiveRows

                let rows =
                    File.ReadAllLines(golden "pssm.logprobs.csv")
                    |> Array.map (fun line -> line.Split ',' |> Array.map number)

                Assert.equal
                    (rows.Length, 20)
                    (Array2D.length1 pssm.LogProbabilities, Array2D.length2 pssm.LogProbabilities)

                rows
                |> Array.iteri (fun column row ->
                    Array.iter2 (Assert.isWithin 1e-10) row pssm.LogProbabilities[column, *])

            testCase
                "a score is the sum over match columns, and a residue outside them changes nothing"
            <| fun () ->
                let pssm = Pssm.create Pssm.defaults (alignment (golden "pssm.a2m"))
                let wildType = sequence ("GG" + pssm.Alignment.FocusResidues)

                // Columns 0 to 9 come before the insertion of two residues.
                let change at letter =
                    let letters = wildType.Letters.ToCharArray()
                    letters[at] <- letter
                    sequence (String letters)

                let first = wildType.Letters[2]
                let other = if first = 'A' then 'C' else 'A'
                let mutants = [| change 2 other; change 0 'W'; change 12 'W'; change 2 'X' |]
                let effects = Scorer.effects RunOptions.none wildType (scorer wildType pssm) mutants

                let ln letter =
                    pssm.LogProbabilities[0, Pssm.letters.IndexOf(letter: char)]

                Array.iter2
                    (Assert.isWithin 1e-9)
                    [| ln other - ln first; 0.0; 0.0; log 0.05 - ln first |]
                    effects

                let covered =
                    Pssm.covered wildType pssm
                    |> Result.defaultWith (fun error -> failtest error.Message)

                Assert.equal
                    [ 0; 1; 12; 13 ]
                    [
                        for at in 0 .. covered.Length - 1 do
                            if not covered[at] then
                                at
                    ]

            testCase "a sequence of another length is refused"
            <| fun () ->
                let pssm = Pssm.create Pssm.defaults (alignment (golden "pssm.a2m"))
                let wildType = sequence pssm.Alignment.FocusResidues

                let error =
                    Assert.throws<ArgumentException>(fun () ->
                        (scorer wildType pssm).Score RunOptions.none [| sequence "MK" |] |> ignore)

                Assert.contains "2 residues" error.Message

            testCase "options out of their range are refused"
            <| fun () ->
                let alignment = alignment (golden "pssm.a2m")

                for options in
                    [
                        { Pssm.defaults with Identity = 0.0 }
                        { Pssm.defaults with Coverage = 1.1 }
                        { Pssm.defaults with PseudoCount = 0.0 }
                    ] do
                    Assert.throws<ArgumentOutOfRangeException>(fun () ->
                        Pssm.create options alignment |> ignore)
                    |> ignore

            testCase "the family of TEM-1 gives the effective rows of the separate program"
            <| fun () ->
                let path = TestFiles.sharedPath "families/BLAT_ECOLX.a2m"
                let pssm = Pssm.create Pssm.defaults (alignment path)
                Assert.equal 8403 pssm.Alignment.Count
                Assert.equal 253 pssm.Alignment.Width
                Assert.isWithin 1e-6 2648.9817625341743 pssm.EffectiveRows
        ]
