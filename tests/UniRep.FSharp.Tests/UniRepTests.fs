module UniRep.Tests.UniRepTests

open UniRep
open UniRep.IO
open UniRep.Training
open Xunit

[<Fact>]
let ``strings give vectors of the embedded model in their order`` () =
    let texts = [ "GSHMASMTGGQQMGR"; "M" ]
    let reps = UniRep.getReps texts
    let alone = texts |> List.map (Golden.parse >> Model.represent (UniRep.model ()))
    Tolerance.assertSameReps alone reps
    Assert.Equal(672, reps[0].Average.Length)

[<Fact>]
let ``no strings give no vectors`` () = Assert.Empty(UniRep.getReps [])

[<Fact>]
let ``every bad string is reported with its index`` () =
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
    | Ok _ -> Assert.Fail "bad strings were taken"
    | Error errors -> Assert.Equal<InvalidSequence list>(expected, errors)

[<Fact>]
let ``a bad string raises the library's exception`` () =
    let error =
        Assert.Throws<UniRepException>(fun () -> UniRep.getReps [ "M"; "mk" ] |> ignore)

    Assert.Equal("UnknownResidue", error.Case)

    Assert.Equal(
        "sequence 2: 'm' at position 1 is not a residue: write residues in upper case",
        error.Message
    )

[<Fact>]
let ``fusion is average, final and cell one after another`` () =
    let rep =
        {
            Average = [| 1f; 2f |]
            Final = [| 3f; 4f |]
            Cell = [| 5f; 6f |]
        }

    Assert.Equal<float32[]>([| 1f; 2f; 3f; 4f; 5f; 6f |], Rep.fusion rep)

let private relatives =
    [
        for position in 0..9 -> "MKTAYIAKQRQISFVKSHFSRQ".Remove(position, 1).Insert(position, "W")
    ]

[<Fact>]
let ``evotune trains the embedded model on with strings`` () =
    let tuned = UniRep.evotune relatives
    let losses = tuned.Epochs |> List.map (fun report -> report.ValidationLoss.Value)
    Assert.True(List.min losses < losses.Head)
    Assert.Equal("open-672-tuned", tuned.Weights.Card.Name)
    Assert.Equal("CC-BY-4.0", tuned.Weights.Card.License)

[<Fact>]
let ``evotune raises on what is no sequence, and on none`` () =
    let caseOf sequences =
        Assert.Throws<UniRepException>(fun () -> UniRep.evotune sequences |> ignore).Case

    Assert.Equal("UnknownResidue", caseOf [ "MK"; "M?K" ])
    Assert.Equal("NoSequences", caseOf [])
