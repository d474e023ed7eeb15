module UniRep.Design.Tests.PrefixCacheTests

open UniRep
open UniRep.Design
open UniRep.Testing
open Expecto

let private wildType = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEK"

let private replaced (text: string) index letter =
    Toy.sequence (text[.. index - 1] + string (letter: char) + text[index + 1 ..])

let private mutants =
    [|
        for index in [ 0; 7; 19; 40; 52 ] do
            replaced wildType index 'W'
        Toy.sequence (wildType + "GG")
        Toy.sequence wildType[..5]
    |]

let private cache () =
    PrefixCache.make 100_000_000L 10 wildType.Length (UniRep.model ())

[<Tests>]
let tests =
    testList
        "PrefixCache"
        [
            testCase "vectors have the bits of the model, whether states are new, old or none"
            <| fun () ->
                let cache = cache ()
                let expected = mutants |> Array.map (Model.represent (UniRep.model ()))

                for _ in 1..2 do
                    Assert.equal expected (cache.Represent(RunOptions.none, mutants))

            testCase "log-likelihoods have the bits of the language model as a scorer"
            <| fun () ->
                let cache = cache ()

                let expected =
                    (Scorer.languageModel (UniRep.model ())).Score RunOptions.none mutants

                // States of vectors have no logits, and must not be taken for those that have.
                cache.Represent(RunOptions.none, mutants) |> ignore

                for _ in 1..2 do
                    let scores = (PrefixCache.languageModel cache).Score RunOptions.none mutants

                    Assert.equal expected scores

            testCase "only what follows the last saved state before a mutation is computed"
            <| fun () ->
                let cache = cache ()
                cache.Represent(RunOptions.none, [| Toy.sequence wildType |]) |> ignore
                Assert.equal (int64 wildType.Length + 1L) cache.Positions
                Assert.equal 4 cache.Spacing
                cache.Represent(RunOptions.none, [| replaced wildType 41 'W' |]) |> ignore
                // The state after 40 residues is the last that fits.
                Assert.equal (int64 (2 * wildType.Length + 1 - 40)) cache.Positions

            testCase "little memory lies states farther apart and keeps the bits"
            <| fun () ->
                let model = UniRep.model ()
                let small = PrefixCache.make 100_000L 10 wildType.Length model
                Assert.isBetween 20 wildType.Length small.Spacing

                for _ in 1..3 do
                    Assert.equal
                        (mutants |> Array.map (Model.represent model))
                        (small.Represent(RunOptions.none, mutants))
        ]
