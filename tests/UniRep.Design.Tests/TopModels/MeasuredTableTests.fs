module UniRep.Design.Tests.MeasuredTableTests

open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Design
open UniRep.Tests
open Expecto
open UniRep.Testing

let private wildType = Some(11, Sequence.parse "MKTAY" |> Result.orRaise)

let private ofText (text: string) =
    TableSource.Stream("standard input", new MemoryStream(Encoding.UTF8.GetBytes text))
    |> MeasuredTable.load
        { SequenceFile.defaults with
            Format = Some InputFormat.Csv
        }
        wildType
        "activity"

let private ofFile text =
    use folder = new TestFolder()

    folder.WriteText("t.csv", text)
    |> TableSource.File
    |> MeasuredTable.load SequenceFile.defaults wildType "activity"

let private rows (table: MeasuredTable) =
    table.Sequences |> Array.map _.Letters, table.Values, table.Positions

let private message result =
    match result with
    | Error(error: MeasuredTableError) -> error.Message
    | Ok _ -> failtest "it was read"

[<Tests>]
let tests =
    testList
        "MeasuredTable"
        [
            testTheory
                "a stream is read as the file is, variants and sequences"
                [
                    "mutant,activity\nK12R,1.5\nT13W:A14G,2\n"
                    "id,sequence,activity\na,MRTAY,1.5\nb,MKWGY,2\n"
                ]
            <| fun text ->
                let expected =
                    [| "MRTAY"; "MKWGY" |], [| 1.5; 2.0 |], Some [| [| 12 |]; [| 13; 14 |] |]

                Assert.equal expected (ofText text |> Result.orRaise |> rows)
                Assert.equal expected (ofFile text |> Result.orRaise |> rows)

            testCase "what is wrong is told with the name of the stream and the line"
            <| fun () ->
                Assert.equal
                    "standard input, line 3, column 'activity': 2, but line 2 has 1 for the same protein: keep one of them, or their mean"
                    (message (ofText "mutant,activity\nK12R,1\nK12R,2\n"))

                Assert.startsWith
                    "standard input, line 2, column 'activity': 'NA' is no number"
                    (message (ofText "mutant,activity\nK12R,NA\n"))
        ]
