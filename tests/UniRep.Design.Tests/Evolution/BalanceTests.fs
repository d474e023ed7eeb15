module UniRep.Design.Tests.BalanceTests

open UniRep.Design
open UniRep.Testing
open Expecto

let private letters = "ACD"
let private weights = Map [ 'A', 0.5; 'C', 0.3; 'D', 0.2 ]
let private wildType = "AAA"
let private temperature = 0.7

/// Scores that no sum over positions gives.
let private score (text: string) =
    let value letter = float (letters.IndexOf(letter: char))

    value text[0] - 0.8 * value text[1] + 0.5 * value text[1] * value text[2]

let private chains = 20_000

let private ends options =
    let population, _ = Toy.run options wildType (Toy.scorer score)

    population.Chains |> Array.countBy _.Current.Letters |> Map.ofArray

let private options =
    { Toy.options with
        Chains = chains
        Steps = 40
        MeanEdits = 1.6
        TrustRadius = None
        Letters = Some(Toy.matrix 3 weights)
        Temperature = Temperature.Constant temperature
    }

let private space =
    [
        for a in letters do
            for b in letters do
                for c in letters do
                    System.String [| a; b; c |]
    ]

/// Pearson's statistic of the last states of independent chains against exp(score / temperature).
let private chiSquare weight states counts =
    let total = states |> List.sumBy weight

    states
    |> List.sumBy (fun state ->
        let expected = float chains * weight state / total
        let found = Map.tryFind state counts |> Option.defaultValue 0 |> float
        (found - expected) * (found - expected) / expected)

let private boltzmann state = exp (score state / temperature)

let private distance (state: string) =
    Seq.zip state wildType |> Seq.filter (fun (a, b) -> a <> b) |> Seq.length

[<Tests>]
let tests =
    testList
        "Detailed balance"
        [
            testCase "chains sample exp(score / temperature), though letters are proposed unequally"
            <| fun () ->
                // 26 degrees of freedom: the 0.9999 quantile is 61.7.
                Assert.isBetween 0.0 61.7 (chiSquare boltzmann space (ends options))

            testCase "the test tells a wrong distribution: letters weighed once more by the matrix"
            <| fun () ->
                let wrong (state: string) =
                    boltzmann state
                    * (state |> Seq.fold (fun product x -> product * weights[x]) 1.0)

                Assert.isBetween 1000.0 infinity (chiSquare wrong space (ends options))

            testCase "a trust radius cuts the distribution off, and changes nothing within"
            <| fun () ->
                let within = space |> List.filter (fun state -> distance state <= 2)
                let counts = ends { options with TrustRadius = Some 2 }
                Assert.equal 19 within.Length
                Assert.isTrue (counts.Keys |> Seq.forall (fun state -> distance state <= 2))
                // 18 degrees of freedom: the 0.9999 quantile is 49.2.
                Assert.isBetween 0.0 49.2 (chiSquare boltzmann within counts)

            testCase "a forbidden motif cuts the distribution off, and changes nothing else"
            <| fun () ->
                let allowed = space |> List.filter (fun state -> not (state.Contains "CD"))

                let counts =
                    ends
                        { options with
                            Forbidden = [ Toy.motif "CD" ]
                        }

                Assert.equal 21 allowed.Length
                Assert.isTrue (counts.Keys |> Seq.forall (fun state -> not (state.Contains "CD")))
                // 20 degrees of freedom: the 0.9999 quantile is 52.4.
                Assert.isBetween 0.0 52.4 (chiSquare boltzmann allowed counts)
        ]
