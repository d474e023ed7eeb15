module UniRep.Tests.FormatTableTests

open System.IO
open FSharp.Reflection
open UniRep
open UniRep.IO
open Xunit

let private cases<'union> =
    FSharpType.GetUnionCases typeof<'union>
    |> Array.map (fun case -> FSharpValue.MakeUnion(case, [||]) :?> 'union)
    |> List.ofArray

[<Fact>]
let ``every format is listed once, in the order of its type`` () =
    Assert.Equal<InputFormat list>(cases<InputFormat>, InputFormat.all)
    Assert.Equal<OutputFormat list>(cases<OutputFormat>, OutputFormat.all)
    Assert.Equal<Pool list>(cases<Pool>, Pool.all)

[<Fact>]
let ``names and extensions tell formats apart`` () =
    let inputs = InputFormat.all |> List.map _.Name
    let outputs = OutputFormat.all |> List.map _.Name
    Assert.Equal<string list>(List.distinct inputs, inputs)
    Assert.Equal<string list>(List.distinct outputs, outputs)

    for format in InputFormat.all do
        for extension in format.Extensions do
            Assert.Equal(Some format, SequenceFile.formatOf $"a{extension}")
            Assert.Equal(Some format, SequenceFile.formatOf $"a{extension.ToUpperInvariant()}.gz")

    for format in OutputFormat.all do
        for extension in format.Extensions do
            Assert.Equal(Some format, RepFile.formatOf $"a{extension}")

[<Fact>]
let ``each format holds what it says, and refuses the rest`` () =
    use folder = new TestFolder()

    for format in OutputFormat.all do
        let opens content =
            match RepFile.create None Stream.Null format content 3 false with
            | Ok writer ->
                writer.Close()
                None
            | Error error -> Some error

        let refusal isHeld error = if isHeld then None else Some error
        Assert.Equal(None, opens (OutputContent.Pooled [ Pool.Average ]))

        Assert.Equal(
            refusal format.HoldsSeveralPools (OutputError.SeveralPools format),
            opens (OutputContent.Pooled [ Pool.Average; Pool.Cell ])
        )

        Assert.Equal(
            refusal format.HoldsStates (OutputError.NoStates format),
            opens OutputContent.PerResidue
        )

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

[<Fact>]
let ``docs/formats.md lists exactly the formats`` () =
    let rows =
        File.ReadLines(TestFiles.repositoryPath "docs/formats.md")
        |> Seq.filter _.StartsWith('|')
        |> List.ofSeq

    Assert.Equal<string list>(inputTable @ outputTable, rows)
