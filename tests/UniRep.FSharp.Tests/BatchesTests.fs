module UniRep.Tests.BatchesTests

open FsCheck.FSharp
open UniRep
open UniRep.Training
open Expecto
open UniRep.Testing

/// Lengths of sequences, a budget of tokens, a seed and an epoch.
let private plans =
    gen {
        let! count = Gen.choose (1, 300)
        let! lengths = Gen.arrayOfLength count (Gen.choose (1, 400))
        let! tokens = Gen.choose (2, 2_000)
        let! seed = Gen.choose (0, 1_000_000)
        let! epoch = Gen.choose (0, 50)
        return lengths, tokens, uint64 seed, epoch
    }

let private plan (lengths: int[], tokens, seed, epoch) =
    Batches.plan seed epoch tokens (Array.get lengths) [| 0 .. lengths.Length - 1 |]

[<Tests>]
let tests =
    testList
        "BatchesTests"
        [
            testFor "an epoch has every sequence once" plans (fun (lengths, _, _, _ as given) ->
                plan given |> Array.concat |> Array.sort = [| 0 .. lengths.Length - 1 |])

            testFor
                "a batch keeps to its tokens unless one sequence alone exceeds them"
                plans
                (fun (lengths, tokens, _, _ as given) ->
                    plan given
                    |> Array.forall (fun batch ->
                        batch.Length = 1
                        || Array.sumBy (fun at -> lengths[at] + 1) batch <= tokens))

            testFor "the same seed and epoch give the same batches" plans (fun given ->
                plan given = plan given)

            testCase "another epoch has other batches"
            <| fun () ->
                let lengths = Array.init 200 (fun at -> 50 + at % 40)
                Assert.notEqual (plan (lengths, 500, 1UL, 1)) (plan (lengths, 500, 1UL, 2))

            testCase "sequences of a batch are of similar length"
            <| fun () ->
                let random = SplitMix 5UL
                let lengths = Array.init 5_000 (fun _ -> 20 + random.Below 600)

                let padded, tokens =
                    plan (lengths, 4_000, 1UL, 1)
                    |> Array.map (fun batch ->
                        let lengths = batch |> Array.map (fun at -> lengths[at] + 1)
                        Array.max lengths * lengths.Length, Array.sum lengths)
                    |> Array.unzip

                Assert.isTrue (float (Array.sum tokens) > 0.9 * float (Array.sum padded))

            testCase "batches in order begin with the longest"
            <| fun () ->
                let lengths = [| 5; 9; 2; 9 |]
                let batches = Batches.inOrder 12 (Array.get lengths) [| 0..3 |]
                Assert.equal [| [| 1 |]; [| 3 |]; [| 0; 2 |] |] batches
        ]
