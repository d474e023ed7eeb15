module UniRep.Design.Tests.EvolutionPartsTests

open System
open UniRep
open UniRep.Design
open UniRep.Testing
open UniRep.Tests
open Expecto

let private design text score = Toy.sequence text, score

let private picks count diversity states =
    DesignPick.best 100 (Toy.sequence "AAAA") states
    |> DesignPick.diverse count diversity
    |> Array.map _.Sequence.Letters
    |> List.ofArray

let private header =
    "position," + String.Join(',', LetterMatrix.letters |> Seq.map string)

let private row position =
    string position + String.replicate 20 ",0.05"

[<Tests>]
let tests =
    testList
        "Parts of evolution"
        [
            testCase
                "a schedule decays by the same factor at each step, from the first temperature to the last"
            <| fun () ->
                let at step =
                    Temperature.at 5 step 0 (Temperature.Decay(1.0, 0.0001))

                Assert.isWithin 1e-12 1.0 (at 1)
                Assert.isWithin 1e-12 0.01 (at 3)
                Assert.isWithin 1e-12 0.0001 (at 5)

            testCase
                "an adaptive chain cools with what it scores, and is reheated without a new best"
            <| fun () ->
                let options =
                    { Toy.options with
                        Chains = 1
                        Steps = 10
                        Temperature = Temperature.Adaptive(1.0, 0.5, 4)
                    }

                let plan = Toy.plan options "AAAA"
                let flat = Toy.scorer (fun _ -> 0.0)
                let start, _ = Evolution.start RunOptions.none flat plan |> Result.orRaise

                let heats =
                    List.scan
                        (fun population _ ->
                            Evolution.advance RunOptions.none flat plan population
                            |> Result.orRaise
                            |> fst)
                        start
                        [ 1..6 ]
                    |> List.map (fun population -> population.Chains[0].SinceHeated)

                Assert.equal [ 0; 1; 2; 3; 0; 1; 2 ] heats
                Assert.isWithin 1e-12 0.125 (Temperature.at 10 4 3 options.Temperature)

            testCase "a matrix gives probabilities without the current letter, and stays as it is"
            <| fun () ->
                let matrix = Toy.matrix 1 (Map [ 'A', 2.0; 'C', 1.0; 'D', 1.0 ])
                Assert.isWithin 1e-12 0.5 (matrix.Probability(1, 'A', 'C'))
                Assert.isWithin 1e-12 (2.0 / 3.0) (matrix.Probability(1, 'C', 'A'))
                Assert.equal 0.0 (matrix.Probability(1, 'C', 'C'))
                Assert.equal 'C' (matrix.Draw(0, 'A', 0.499))
                Assert.equal 'D' (matrix.Draw(0, 'A', 0.501))
                Assert.equal 'D' (matrix.Draw(0, 'A', 0.9999999999999999))
                Assert.equal 2.0 (matrix.Weight(1, 'A'))

            testCase "a matrix is read from a table"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("m.csv", $"{header}\n{row 1}\n{row 2}\n")
                let matrix = LetterMatrix.load path |> Result.orRaise
                Assert.equal 2 matrix.Length
                Assert.isWithin 1e-12 (1.0 / 19.0) (matrix.Probability(2, 'A', 'Y'))

            testCase "a wrong table of a matrix is refused with line and column"
            <| fun () ->
                use folder = new TestFolder()

                let error text =
                    match LetterMatrix.load (folder.WriteText("m.csv", text)) with
                    | Error error -> error.Message
                    | Ok _ -> ""

                Assert.endsWith
                    "m.csv, line 3: position 2 is expected in the column position, '3' is found"
                    (error $"{header}\n{row 1}\n{row 3}\n")

                Assert.endsWith
                    "m.csv, line 2: column A: 'x' is not a weight such as 0.05"
                    (error (header + "\n1,x" + String.replicate 19 ",0" + "\n"))

                Assert.endsWith
                    "m.csv, line 2: 21 cells expected (position and 20 weights), 2 found"
                    (error (header + "\n1,0.5\n"))

                Assert.endsWith
                    "m.csv, line 1: the columns position, A, C, D and so on to Y are expected, 21 in all"
                    (error "position,A\n")

                Assert.endsWith "m.csv, line 1: the file is empty" (error "")
                Assert.isTrue (LetterMatrix.load (folder.Path "none.csv")).IsError

            testCase "a motif has letters, any residue, choices and exclusions"
            <| fun () ->
                let isAt text (letters: string) =
                    (Toy.motif text).IsAt(letters.AsSpan(), 0)

                Assert.isTrue (isAt "NXS" "NPS")
                Assert.isFalse (isAt "NXS" "NPT")
                Assert.isTrue (isAt "N{P}[ST]" "NGT")
                Assert.isFalse (isAt "N{P}[ST]" "NPT")
                Assert.isFalse (isAt "NXS" "NG")

            testCase "what is no motif is refused with its reason"
            <| fun () ->
                let reason text =
                    match Motif.parse text with
                    | Error error -> error.Reason
                    | Ok _ -> ""

                Assert.equal "[ is not closed" (reason "N[ST")
                Assert.equal "{} holds upper-case letters of residues" (reason "N{}S")
                Assert.equal "x is not an upper-case letter" (reason "NxS")
                Assert.equal "it is empty" (reason "")

            testCase "the best states are different sequences in the order of their scores"
            <| fun () ->
                let best =
                    DesignPick.best
                        3
                        (Toy.sequence "AAAA")
                        [
                            design "AAAC" 1.0
                            design "AACC" 3.0
                            design "AAAC" 1.0
                            design "CAAA" 2.0
                            design "AAAD" 2.0
                        ]

                Assert.equal
                    [ "AACC", 3.0; "AAAD", 2.0; "CAAA", 2.0 ]
                    [ for design in best -> design.Sequence.Letters, design.Score ]

                Assert.equal "A3C:A4C" (string best[0].Variant)

            testCase "designs are picked by score alone, by difference alone, or by both"
            <| fun () ->
                let states =
                    [ design "CCAA" 4.0; design "CCCA" 3.9; design "AACC" 3.0; design "AAAA" 0.0 ]

                Assert.equal [ "CCAA"; "CCCA"; "AACC" ] (picks 3 0.0 states)
                Assert.equal [ "CCAA"; "AACC"; "AAAA" ] (picks 3 1.0 states)
                // 0.5 * 0.75 + 0.5 * 4 / 4 for AACC, 0.5 * 0.975 + 0.5 * 1 / 4 for CCCA.
                Assert.equal [ "CCAA"; "AACC" ] (picks 2 0.5 states)
                Assert.equal 4 (picks 9 0.5 states).Length

            testCase
                "an Ehrlich function is 1 at its optimum, finite at its start, and impossible at a forbidden pair"
            <| fun () ->
                for seed in 1UL .. 20UL do
                    let ehrlich = Ehrlich.make seed 32 4 4 4
                    Assert.equal 1.0 (ehrlich.Score ehrlich.Optimum)
                    Assert.isBetween 0.0 0.999 (ehrlich.Score ehrlich.Start)
                    let first, second = ehrlich.Forbidden.MinimumElement
                    let letters = ehrlich.Optimum.Letters[..29] + string first + string second
                    Assert.equal -infinity (ehrlich.Score(Toy.sequence letters))

            testCase "an Ehrlich function counts the letters of its motifs in steps"
            <| fun () ->
                let ehrlich = Ehrlich.make 1UL 12 1 4 2
                let motif, offsets = ehrlich.Motifs.Head
                let optimum = ehrlich.Optimum.Letters
                // What repeats the letter before is feasible wherever the optimum is.
                let last = offsets[3]
                let without = optimum[.. last - 1] + String(motif[2], 12 - last)
                Assert.equal 0.5 (ehrlich.Score(Toy.sequence without))

            testCase "chains solve Ehrlich functions"
            <| fun () ->
                let ehrlich = Ehrlich.make 7UL 15 2 3 3

                let population, _ =
                    Toy.run
                        { Toy.options with
                            Chains = 20
                            Steps = 4000
                            TrustRadius = None
                            Temperature = Temperature.Constant 0.05
                        }
                        ehrlich.Start.Letters
                        (Ehrlich.scorer ehrlich)

                Assert.equal 1.0 (population.Chains |> Array.map _.BestScore |> Array.max)
        ]
