module UniRep.Design.Tests.FeatureTableTests

open System
open UniRep
open UniRep.IO
open UniRep.Design
open Expecto
open UniRep.Testing

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

[<Tests>]
let tests =
    testList
        "FeatureTable"
        [
            testCase "one-hot has 20 numbers for each position; shorter sequences end in zeros"
            <| fun () ->
                let table = FeatureTable.oneHot [| sequence "AY"; sequence "CXA" |]
                Assert.equal 60 table.Source.Width

                let ones row =
                    table.Row row
                    |> Seq.indexed
                    |> Seq.filter (fun (_, value) -> value = 1f)
                    |> Seq.map fst
                    |> List.ofSeq

                Assert.equal [ 0; 39 ] (ones 0)
                Assert.equal [ 1; 40 ] (ones 1)

            testCase "a sequence longer than the positions of a top model is named"
            <| fun () ->
                match FeatureTable.oneHotOf 2 [| sequence "AY"; sequence "AYC" |] with
                | Error row -> Assert.equal 1 row
                | Ok _ -> failtest "it was encoded"

            testCase "vectors come with the fingerprint of their weights"
            <| fun () ->
                let model = UniRep.model ()
                let sequences = [| sequence "MKTAYIAK"; sequence "MKT" |]
                let table = FeatureTable.represent RunOptions.none Pool.Fusion model sequences
                Assert.equal (Some model.Fingerprint) table.Source.Fingerprint
                Assert.equal (3 * model.Shape.Units) table.Source.Width
                Assert.equal (Rep.fusion (Model.represent model sequences[1])) (table.Row 1)

            testCase "chosen rows keep their density"
            <| fun () ->
                let table =
                    FeatureTable.oneHot [| sequence "A"; sequence "C"; sequence "D" |]
                    |> FeatureTable.withDensity "pssm" [| 1.0; 2.0; 3.0 |]
                    |> FeatureTable.select [| 2; 0 |]

                Assert.equal (Some [| 3.0; 1.0 |]) table.Density
                Assert.equal (Some "pssm") table.Source.Density
                Assert.equal 2 (Array.IndexOf(table.Row 0, 1f))

            testCase "rows of another width and scores that are not finite are wrong calls"
            <| fun () ->
                let source = GoldenNumbers.source 3

                Assert.throws<ArgumentException>(fun () ->
                    FeatureTable.ofRows source [| [| 1f |] |] |> ignore)
                |> _.Message
                |> Assert.contains "row 0 has 1 features, not 3"

                Assert.throws<ArgumentException>(fun () ->
                    FeatureTable.oneHot [| sequence "A" |]
                    |> FeatureTable.withDensity "lm" [| nan |]
                    |> ignore)
                |> _.Message
                |> Assert.contains "not finite"
        ]
