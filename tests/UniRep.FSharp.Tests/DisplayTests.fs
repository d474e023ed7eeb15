module UniRep.Tests.DisplayTests

open System
open System.Globalization
open System.Xml.Linq
open UniRep
open UniRep.Charts
open UniRep.IO
open UniRep.Training
open UniRep.Tests.DisplayExamples
open Expecto
open UniRep.Testing

/// What F# Interactive prints.
let private printed value = sprintf "%A" value

/// The fragment as a tree: it is well-formed.
let private parsed (value: obj) =
    XElement.Parse $"<div>{(value :?> IDisplay).ToHtml()}</div>"

let private cells (tree: XElement) =
    [
        for row in tree.Descendants "tr" do
            [
                for cell in row.Elements() do
                    cell.Value
            ]
    ]

[<Tests>]
let tests =
    testList
        "DisplayTests"
        [
            testCase "a value prints as one line that tells what it is"
            <| fun () ->
                let residues = String('A', 50)
                Assert.equal "Sequence of 1 residue: M" (printed (sequence "M"))

                Assert.equal
                    $"Sequence of 50 residues: {residues[..29]}…"
                    (printed (sequence residues))

                Assert.equal
                    "Rep of 5 units: average 0.1235, -0.5000, 0.2500, 1.0000, …"
                    (printed rep)

                Assert.equal
                    $"Model waves: 5 units × 2 layers, CC0-1.0, exact, {Device.describe model.Device}"
                    (printed model)

                Assert.equal "Weights of waves: 5 units × 2 layers, CC0-1.0" (printed tuned.Weights)
                Assert.equal "epoch 1, batch 3 of 20: loss 2.8313" (printed batch)

                Assert.equal
                    "epoch 1: training 2.8000, validation 2.5000, the best so far"
                    (printed (epoch 1 (Some 2.8) (Some 2.5) true))

                Assert.equal
                    "waves after 2 epochs, stopped early: validation loss 2.9000 → 2.5000"
                    (printed tuned)

            testCase "a projection and a chart print what they show"
            <| fun () ->
                Assert.equal
                    "Projection of 3 vectors in 2 dimensions: 61.3 %, 25.0 % of the variance"
                    (printed projection)

                Assert.equal "Lines (1): Loss" (printed chart)

            testCase "training without a validation set prints how it ended"
            <| fun () ->
                let ended ending =
                    printed
                        { tuned with
                            Epochs = [ epoch 1 (Some 2.8) None true ]
                            StopReason = ending
                        }

                Assert.equal "waves after 1 epoch" (ended StopReason.Finished)
                Assert.equal "waves after 1 epoch, interrupted" (ended StopReason.Interrupted)

                Assert.equal
                    "waves after 1 epoch, diverged in epoch 1, batch 7"
                    (ended (StopReason.Diverged(1, 7, DivergedQuantity.GradientNorm)))

            testCase "values within values print as they do alone"
            <| fun () ->
                Assert.equal
                    "[Sequence of 1 residue: M; Sequence of 2 residues: MK]"
                    (printed [ sequence "M"; sequence "MK" ])

                Assert.equal
                    "Some Rep of 5 units: average 0.1235, -0.5000, 0.2500, 1.0000, …"
                    (printed (Some rep))

            testCase "a sequence as a string is its letters still"
            <| fun () -> Assert.equal "MKTAYIAKQR" (string (sequence "MKTAYIAKQR"))

            testCase "HTML is well-formed and tells what it shows"
            <| fun () ->
                Assert.equal
                    [
                        [ "vector"; "least"; "mean"; "greatest"; "first values" ]
                        [
                            "average"
                            "-0.5000"
                            "1.5747"
                            "7.0000"
                            "0.1235, -0.5000, 0.2500, 1.0000, …"
                        ]
                        [
                            "final"
                            "0.0000"
                            "0.0000"
                            "0.0000"
                            "0.0000, 0.0000, 0.0000, 0.0000, …"
                        ]
                        [
                            "cell"
                            "-5.0000"
                            "1.0000"
                            "4.0000"
                            "1.0000, 2.0000, 3.0000, 4.0000, …"
                        ]
                    ]
                    (cells (parsed rep))

                Assert.equal
                    [
                        [
                            "epoch"
                            "training loss"
                            "validation loss"
                            "out-of-domain loss"
                            "best"
                            "tokens"
                            "seconds"
                        ]
                        [ "0"; ""; "2.9000"; ""; ""; "12,345"; "1.5" ]
                        [ "1"; "2.8000"; "2.5000"; ""; "best so far"; "12,345"; "1.5" ]
                        [ "2"; "2.6000"; "2.7000"; ""; ""; "12,345"; "1.5" ]
                    ]
                    (cells (parsed tuned))

                Assert.equal
                    [
                        [ "component"; "share of the variance" ]
                        [ "1"; "61.3 %" ]
                        [ "2"; "25.0 %" ]
                    ]
                    (cells (parsed projection))

                Assert.has [ "learning rate"; "0.0005" ] (cells (parsed batch))
                Assert.has [ "sizes"; "5 units × 2 layers" ] (cells (parsed model))
                Assert.has [ "licence"; "CC0-1.0" ] (cells (parsed tuned.Weights))

            testCase "a sequence is shown in blocks of ten, and its beginning alone if it is long"
            <| fun () ->
                let tree = parsed (sequence ("MKTAYIAKQR" + String('A', 60)))
                let letters = (nonNull (tree.Element "pre")).Value
                let blocks = "MKTAYIAKQR" + String.replicate 5 " AAAAAAAAAA"
                Assert.equal $"   1 {blocks}\n  61 AAAAAAAAAA" letters

                Assert.contains
                    "and 400 residues more"
                    ((parsed (sequence (String('A', 1000)))).Value)

            testCase "what files call a model cannot break a page"
            <| fun () ->
                let tree = parsed (weightsNamed "<script>alert(1)</script>&")
                Assert.isEmpty (tree.Descendants "script")
                Assert.contains "<script>alert(1)</script>&" tree.Value

            testCase "values look the same in every culture"
            <| fun () ->
                let text () =
                    [ for value in values -> (printed value, (value :?> IDisplay).ToHtml()) ]

                Assert.equal (text ()) (Culture.inAnother text)
        ]
