module UniRep.Design.Tests.EvolutionTests

open System
open UniRep
open UniRep.Design
open UniRep.Testing
open Expecto

let private wildType = "MKTAYIAKQRNGSL"

let private count (letter: char) (text: string) =
    text |> Seq.filter ((=) letter) |> Seq.length

let private favoursW = Toy.scorer (count 'W' >> float)

let private distance (a: string) (b: string) =
    Seq.zip a b |> Seq.filter (fun (x, y) -> x <> y) |> Seq.length

let private texts (accepted: Accepted[]) =
    accepted |> Array.map (fun state -> state.Sequence.Letters)

[<Tests>]
let tests =
    testList
        "Evolution"
        [
            testCase
                "every accepted state is within the trust radius, the positions and the letters"
            <| fun () ->
                let _, accepted =
                    Toy.run
                        { Toy.options with
                            TrustRadius = Some 3
                            Positions = Some [ 2; 3; 4; 9; 14 ]
                            Letters = Some(LetterMatrix.without "CM" (Toy.sequence wildType))
                        }
                        wildType
                        favoursW

                let found = texts accepted
                Assert.isTrue (found |> Array.exists (fun text -> distance wildType text = 3))
                Assert.isTrue (found |> Array.forall (fun text -> distance wildType text <= 3))
                Assert.isTrue (found |> Array.forall (fun text -> count 'C' text = 0))

                Assert.isTrue (
                    found
                    |> Array.forall (fun text ->
                        [ 0 .. wildType.Length - 1 ]
                        |> List.forall (fun index ->
                            text[index] = wildType[index]
                            || List.contains (index + 1) [ 2; 3; 4; 9; 14 ]))
                )

            testCase "chains go up, and their best is the best of what they accepted"
            <| fun () ->
                let population, accepted =
                    Toy.run
                        { Toy.options with
                            Steps = 3000
                            TrustRadius = Some 3
                            Temperature = Temperature.Decay(0.5, 0.01)
                        }
                        wildType
                        favoursW

                for number, chain in Array.indexed population.Chains do
                    let own = accepted |> Array.filter (fun state -> state.Chain = number)
                    Assert.equal (own |> Array.map _.Score |> Array.max) chain.BestScore
                    Assert.equal 3.0 chain.BestScore
                    Assert.equal 3000 chain.Step
                    Assert.equal (int64 own.Length - 1L) chain.Accepted

            testCase "the wild type may keep a forbidden motif, designs gain none"
            <| fun () ->
                let motif = Toy.motif "N{P}[ST]"

                let _, accepted =
                    Toy.run
                        { Toy.options with
                            Forbidden = [ motif ]
                            Steps = 300
                        }
                        wildType
                        (Toy.scorer (fun text -> float (count 'N' text + count 'S' text)))

                let at (text: string) =
                    [ 0 .. text.Length - 1 ]
                    |> List.filter (fun index -> motif.IsAt(text.AsSpan(), index))

                Assert.equal [ 10 ] (at wildType)
                Assert.isTrue (texts accepted |> Array.exists (fun text -> count 'N' text > 2))

                Assert.isTrue (
                    texts accepted |> Array.forall (fun text -> at text |> List.forall ((=) 10))
                )

            testCase "the same seed gives the same states, another seed others"
            <| fun () ->
                let states seed =
                    Toy.run { Toy.options with Seed = seed } wildType favoursW |> snd

                Assert.equal (states 3UL) (states 3UL)
                Assert.notEqual (states 3UL) (states 4UL)

            testCase "a chain does not depend on how many others there are"
            <| fun () ->
                let first chains =
                    Toy.run { Toy.options with Chains = chains } wildType favoursW
                    |> snd
                    |> Array.filter (fun state -> state.Chain = 0)

                Assert.equal (first 1) (first 5)

            testCase "a proposal is scored once a round, however many chains make it"
            <| fun () ->
                let mutable repeated = 0

                let scorer =
                    {
                        Name = "toy"
                        Score =
                            fun _ sequences ->
                                repeated <-
                                    repeated + sequences.Length - (Array.distinct sequences).Length

                                sequences |> Array.map (fun _ -> 0.0)
                    }

                Toy.run
                    { Toy.options with
                        Chains = 50
                        Positions = Some [ 2 ]
                    }
                    wildType
                    scorer
                |> ignore

                Assert.equal 0 repeated

            testCase "what a scorer cannot score is never accepted"
            <| fun () ->
                let _, accepted =
                    Toy.run
                        Toy.options
                        wildType
                        (Toy.scorer (fun text ->
                            if count 'W' text > 0 then
                                -infinity
                            else
                                float (count 'V' text)))

                Assert.isTrue (texts accepted |> Array.forall (fun text -> count 'W' text = 0))

            testCase "a score that is no number names the scorer and the sequence"
            <| fun () ->
                let error scorer =
                    match Evolution.run RunOptions.none scorer (Toy.plan Toy.options wildType) with
                    | Error error -> error.Message
                    | Ok _ -> ""

                Assert.equal
                    "toy: the score of the wild type is NaN, not a finite number"
                    (error (Toy.scorer (fun _ -> nan)))

                Assert.matches
                    "^toy: the score of [A-Z]{14} is not a number$"
                    (error (Toy.scorer (fun text -> if text = wildType then 0.0 else nan)))

            testCase "options that do not fit the wild type are refused by position"
            <| fun () ->
                let error options text =
                    match EvolutionPlan.make options (Toy.sequence text) with
                    | Error error -> error.Message
                    | Ok _ -> ""

                let at positions =
                    { Toy.options with
                        Positions = Some positions
                    }

                Assert.equal
                    "position 15 is not one of the wild type's, which are 1 to 14"
                    (error (at [ 3; 15 ]) wildType)

                Assert.startsWith
                    "position 2 of the wild type is X, none of the 20 standard residues"
                    (error (at [ 2 ]) "MXA")

                Assert.equal "no position of the wild type may change" (error Toy.options "XX")

                let matrix = Toy.matrix 3 (Map [ 'A', 1.0; 'C', 1.0 ])

                Assert.startsWith
                    "letter matrix, position 1: the wild type's M has the weight 0"
                    (error
                        { Toy.options with
                            Letters = Some matrix
                        }
                        "MAA")

                Assert.startsWith
                    "the letter matrix has 3 rows, and the wild type 14 residues"
                    (error
                        { Toy.options with
                            Letters = Some matrix
                        }
                        wildType)

            testCase "numbers out of range are wrong calls"
            <| fun () ->
                for options in
                    [
                        { Toy.options with Chains = 0 }
                        { Toy.options with Steps = 0 }
                        { Toy.options with MeanEdits = 0.5 }
                        { Toy.options with
                            TrustRadius = Some 0
                        }
                        { Toy.options with
                            Temperature = Temperature.Constant 0.0
                        }
                        { Toy.options with
                            Temperature = Temperature.Adaptive(1.0, 1.0, 5)
                        }
                    ] do
                    Assert.throws<ArgumentException>(fun () -> Toy.plan options wildType |> ignore)
                    |> ignore

            testCase "proposals of the mean number of edits change that many residues on average"
            <| fun () ->
                let plan =
                    Toy.plan
                        { Toy.options with
                            MeanEdits = 2.5
                            TrustRadius = None
                        }
                        (String('A', 200))

                let changes =
                    [
                        for step in 1..4000 do
                            let proposal = Proposal.draw plan 0 step (String('A', 200))
                            float (distance (String('A', 200)) (String proposal.Value.Letters))
                    ]

                Assert.equal 1.0 (List.min changes)
                Assert.isWithin 0.08 2.5 (List.average changes)
        ]
