module UniRep.Tests.UniRepTests

open UniRep
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

let private relatives =
    [
        for position in 0..9 -> "MKTAYIAKQRQISFVKSHFSRQ".Remove(position, 1).Insert(position, "W")
    ]

[<Tests>]
let tests =
    testList
        "UniRepTests"
        [
            testCase "strings give vectors of the embedded model in their order"
            <| fun () ->
                let texts = [ "GSHMASMTGGQQMGR"; "M" ]
                let reps = UniRep.getReps texts
                let alone = texts |> List.map (Golden.parse >> Model.represent (UniRep.model ()))
                Tolerance.assertSameReps alone reps
                Assert.equal 672 (reps[0].Average.Length)

            testCase "no strings give no vectors"
            <| fun () -> Assert.isEmpty (UniRep.getReps [])

            testCase "every bad string is reported with its index"
            <| fun () ->
                let expected =
                    [
                        {
                            Index = 1
                            Error = SequenceError.EmptySequence
                        }
                        {
                            Index = 3
                            Error = SequenceError.UnknownResidue('1', 2)
                        }
                    ]

                match UniRep.tryGetReps [ "M"; ""; "K"; "M1" ] with
                | Ok _ -> failtest "bad strings were taken"
                | Error errors -> Assert.equal expected errors

            testCase "a bad string raises the library's exception"
            <| fun () ->
                let error =
                    Assert.throws<UniRepException>(fun () -> UniRep.getReps [ "M"; "mk" ] |> ignore)

                Assert.equal "UnknownResidue" error.Case

                Assert.equal
                    "sequence 2: 'm' at position 1 is not a residue: write residues in upper case"
                    error.Message

            testCase "fusion is average, final and cell one after another"
            <| fun () ->
                let rep =
                    {
                        Average = [| 1f; 2f |]
                        Final = [| 3f; 4f |]
                        Cell = [| 5f; 6f |]
                    }

                Assert.equal [| 1f; 2f; 3f; 4f; 5f; 6f |] (Rep.fusion rep)

            testCase "evotune trains the embedded model on with strings"
            <| fun () ->
                let tuned = UniRep.evotune relatives
                let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
                Assert.isTrue (List.min losses < losses.Head)
                Assert.equal "open-672-tuned" tuned.Weights.Card.Name
                Assert.equal "CC-BY-4.0" tuned.Weights.Card.License

            testCase "evotune raises on what is no sequence, and on none"
            <| fun () ->
                let caseOf sequences =
                    (Assert.throws<UniRepException>(fun () -> UniRep.evotune sequences |> ignore))
                        .Case

                Assert.equal "UnknownResidue" (caseOf [ "MK"; "M?K" ])
                Assert.equal "NoSequences" (caseOf [])
        ]
