module UniRep.Tests.KeptColumnTests

open UniRep
open UniRep.IO
open UniRep.Tests.TableTests
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "KeptColumnTests"
        [
            testCase "kept columns are texts as they stand, in the order asked for"
            <| fun () ->
                let text =
                    "id,score,sequence,note,\"a,b\"\na, 0.50 ,MK,\"two\r\nlines, \"\"said\"\"\",x\nb,NA,MK,,y\n"

                let keeping keep =
                    { as' InputFormat.Csv with
                        Keep = Some keep
                    }

                Assert.equal
                    [ [ "two\r\nlines, \"said\""; " 0.50 " ]; [ ""; "NA" ] ]
                    (keptOf (keeping (Keep.Columns [ "note"; "Score" ])) text)

                Assert.equal
                    [ [ " 0.50 "; "two\r\nlines, \"said\""; "x" ]; [ "NA"; ""; "y" ] ]
                    (keptOf (keeping Keep.Everything) text)

                let namesOf keep =
                    (recordsOf (keeping keep) text).Head.Source.Kept

                Assert.equal [ "score"; "note"; "a,b" ] (namesOf Keep.Everything)
                Assert.equal [ "note"; "score" ] (namesOf (Keep.Columns [ "note,SCORE"; "note" ]))
                Assert.equal [ "a,b"; "sequence" ] (namesOf (Keep.Columns [ "a,b"; "sequence" ]))

                Assert.equal
                    [
                        InputError.NoColumn(
                            "it",
                            "nothing",
                            [ "id"; "score"; "sequence"; "note"; "a,b" ]
                        )
                    ]
                    (errorsOf (keeping (Keep.Columns [ "score"; "nothing" ])) text)

            testCase "columns of one name cannot be kept"
            <| fun () ->
                let keeping keep =
                    { as' InputFormat.Csv with
                        Keep = Some keep
                    }

                let text = "id,sequence,x,x\na,MK,1,2\n"

                for keep in [ Keep.Everything; Keep.Columns [ "x" ] ] do
                    Assert.equal
                        [ InputError.RepeatedColumn("it", "x") ]
                        (errorsOf (keeping keep) text)

                Assert.equal [ "a", "MK" ] (pairsOf (as' InputFormat.Csv) text)

            testCase "the description of a FASTA record can be kept"
            <| fun () ->
                let text = ">sp|P1|X Some protein OS=x\nMK\n>b\nMK\n>\nMK\n"

                for keep in [ Keep.Everything; Keep.Columns [ "Description" ] ] do
                    let options =
                        { as' InputFormat.Fasta with
                            Keep = Some keep
                        }

                    Assert.equal [ [ "Some protein OS=x" ]; [ "" ]; [ "" ] ] (keptOf options text)

                    Assert.equal [ "description" ] ((recordsOf options text).Head.Source.Kept)

                Assert.equal
                    [ InputError.NoColumn("it", "organism", [ "description" ]) ]
                    (errorsOf
                        { as' InputFormat.Fasta with
                            Keep = Some(Keep.Columns [ "organism" ])
                        }
                        text)

            testCase "nothing is kept unasked, and all records share what they are from"
            <| fun () ->
                for format, text in
                    [
                        InputFormat.Csv, "id,sequence,x\na,MK,1\nb,MK,2\n"
                        InputFormat.Fasta, ">a x\nMK\n>b y\nMK\n"
                    ] do
                    let records = recordsOf (as' format) text

                    for record in records do
                        Assert.isEmpty record.Kept

                    Assert.isTrue (obj.ReferenceEquals(records[0].Source, records[1].Source))
                    Assert.isTrue (obj.ReferenceEquals(records[0].Kept, records[1].Kept))
        ]
