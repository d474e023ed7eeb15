module UniRep.Tests.KeptColumnTests

open UniRep
open UniRep.IO
open UniRep.Tests.TableTests
open Xunit

[<Fact>]
let ``kept columns are texts as they stand, in the order asked for`` () =
    let text =
        "id,score,sequence,note,\"a,b\"\na, 0.50 ,MK,\"two\r\nlines, \"\"said\"\"\",x\nb,NA,MK,,y\n"

    let keeping keep =
        { as' InputFormat.Csv with
            Keep = Some keep
        }

    Assert.Equal<string list list>(
        [ [ "two\r\nlines, \"said\""; " 0.50 " ]; [ ""; "NA" ] ],
        keptOf (keeping (Keep.Columns [ "note"; "Score" ])) text
    )

    Assert.Equal<string list list>(
        [ [ " 0.50 "; "two\r\nlines, \"said\""; "x" ]; [ "NA"; ""; "y" ] ],
        keptOf (keeping Keep.Everything) text
    )

    let namesOf keep =
        (recordsOf (keeping keep) text).Head.Source.Kept

    Assert.Equal<string list>([ "score"; "note"; "a,b" ], namesOf Keep.Everything)
    Assert.Equal<string list>([ "note"; "score" ], namesOf (Keep.Columns [ "note,SCORE"; "note" ]))
    Assert.Equal<string list>([ "a,b"; "sequence" ], namesOf (Keep.Columns [ "a,b"; "sequence" ]))

    Assert.Equal<InputError list>(
        [
            InputError.NoColumn("it", "nothing", [ "id"; "score"; "sequence"; "note"; "a,b" ])
        ],
        errorsOf (keeping (Keep.Columns [ "score"; "nothing" ])) text
    )

[<Fact>]
let ``columns of one name cannot be kept`` () =
    let keeping keep =
        { as' InputFormat.Csv with
            Keep = Some keep
        }

    let text = "id,sequence,x,x\na,MK,1,2\n"

    for keep in [ Keep.Everything; Keep.Columns [ "x" ] ] do
        Assert.Equal<InputError list>(
            [ InputError.RepeatedColumn("it", "x") ],
            errorsOf (keeping keep) text
        )

    Assert.Equal<(string * string) list>([ "a", "MK" ], pairsOf (as' InputFormat.Csv) text)

[<Fact>]
let ``the description of a FASTA record can be kept`` () =
    let text = ">sp|P1|X Some protein OS=x\nMK\n>b\nMK\n>\nMK\n"

    for keep in [ Keep.Everything; Keep.Columns [ "Description" ] ] do
        let options =
            { as' InputFormat.Fasta with
                Keep = Some keep
            }

        Assert.Equal<string list list>(
            [ [ "Some protein OS=x" ]; [ "" ]; [ "" ] ],
            keptOf options text
        )

        Assert.Equal<string list>([ "description" ], (recordsOf options text).Head.Source.Kept)

    Assert.Equal<InputError list>(
        [ InputError.NoColumn("it", "organism", [ "description" ]) ],
        errorsOf
            { as' InputFormat.Fasta with
                Keep = Some(Keep.Columns [ "organism" ])
            }
            text
    )

[<Fact>]
let ``nothing is kept unasked, and all records share what they are from`` () =
    for format, text in
        [
            InputFormat.Csv, "id,sequence,x\na,MK,1\nb,MK,2\n"
            InputFormat.Fasta, ">a x\nMK\n>b y\nMK\n"
        ] do
        let records = recordsOf (as' format) text
        Assert.All(records, (fun record -> Assert.Empty record.Kept))
        Assert.Same(records[0].Source, records[1].Source)
        Assert.Same(records[0].Kept, records[1].Kept)
