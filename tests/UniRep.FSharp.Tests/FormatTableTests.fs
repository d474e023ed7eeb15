module UniRep.Tests.FormatTableTests

open System.IO
open FSharp.Reflection
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private cases<'union> =
    FSharpType.GetUnionCases typeof<'union>
    |> Array.map (fun case -> FSharpValue.MakeUnion(case, [||]) :?> 'union)
    |> List.ofArray

let private yes isHeld = if isHeld then "yes" else "no"

let private inputTable =
    [
        "| name | extensions | what it is |"
        "|---|---|---|"
        for format in InputFormat.all do
            let extensions = format.Extensions |> List.map (sprintf "`%s`") |> String.concat " "
            $"| `{format.Name}` | {extensions} | {format.Description} |"
    ]

let private outputTable =
    [
        "| name | extension | what it is | several pools | states per residue | text |"
        "|---|---|---|---|---|---|"
        for format in OutputFormat.all do
            let extensions = format.Extensions |> List.map (sprintf "`%s`") |> String.concat " "

            $"| `{format.Name}` | {extensions} | {format.Description} | {yes format.HoldsSeveralPools} | {yes format.HoldsStates} | {yes format.IsText} |"
    ]

[<Tests>]
let tests =
    testList
        "FormatTableTests"
        [
            testCase "every format is listed once, in the order of its type"
            <| fun () ->
                Assert.equal (cases<InputFormat>) InputFormat.all
                Assert.equal (cases<OutputFormat>) OutputFormat.all
                Assert.equal (cases<Pool>) Pool.all

            testCase "names and extensions tell formats apart"
            <| fun () ->
                let inputs = InputFormat.all |> List.map _.Name
                let outputs = OutputFormat.all |> List.map _.Name
                Assert.equal (List.distinct inputs) inputs
                Assert.equal (List.distinct outputs) outputs

                for format in InputFormat.all do
                    for extension in format.Extensions do
                        Assert.equal (Some format) (SequenceFile.formatOf $"a{extension}")

                        Assert.equal
                            (Some format)
                            (SequenceFile.formatOf $"a{extension.ToUpperInvariant()}.gz")

                for format in OutputFormat.all do
                    for extension in format.Extensions do
                        Assert.equal (Some format) (RepFile.formatOf $"a{extension}")

            testCase "each format holds what it says, and refuses the rest"
            <| fun () ->
                use folder = new TestFolder()

                for format in OutputFormat.all do
                    let opens content =
                        match RepFile.create None Stream.Null format content 3 false with
                        | Ok writer ->
                            writer.Close()
                            None
                        | Error error -> Some error

                    let refusal isHeld error = if isHeld then None else Some error
                    Assert.equal None (opens (OutputContent.Pooled [ Pool.Average ]))

                    Assert.equal
                        (refusal format.HoldsSeveralPools (OutputError.SeveralPools format))
                        (opens (OutputContent.Pooled [ Pool.Average; Pool.Cell ]))

                    Assert.equal
                        (refusal format.HoldsStates (OutputError.NoStates format))
                        (opens OutputContent.PerResidue)

            testCase "docs/formats.md lists exactly the formats"
            <| fun () ->
                let rows =
                    File.ReadLines(TestFiles.repositoryPath "docs/formats.md")
                    |> Seq.filter _.StartsWith('|')
                    |> List.ofSeq

                Assert.equal (inputTable @ outputTable) rows
        ]
