module UniRep.Tests.ColumnOutputTests

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.Json
open CsvHelper
open UniRep
open UniRep.IO
open UniRep.Compute
open UniRep.Formats
open Xunit

let internal columns = [ "Protein names"; "dG (kcal/mol), größe"; "" ]

let internal examples =
    [
        Example.make 1 "P1" 4, [| "Protein 5\" end"; "0.53"; "" |]
        Example.make 2 "a,\"b\"" 1, [| "\"open"; "NaN"; "two\nlines" |]
        Example.make 3 " x " 7, [| "tab\there"; "-1,5"; "漢\U0001F9EC " |]
    ]

let internal write (writer: RepWriter) rows =
    for index, (example, cells) in List.indexed rows do
        let output =
            SequenceOutput(
                Index = int64 index,
                Length = example.Length,
                Average = ReadOnlySpan example.Average,
                Final = ReadOnlySpan example.Final,
                Cell = ReadOnlySpan example.Cell,
                HiddenStates = ReadOnlySpan example.States
            )

        writer.Write(example.Id, cells, &output)

let internal opened columns path stream format content overwrite =
    match RepFile.createWithColumns columns path stream format content Example.units overwrite with
    | Ok writer -> writer
    | Error error -> invalidOp error.Message

let internal sent format content =
    use target = new MemoryStream()
    use writer = opened columns None target format content false
    write writer examples
    writer.Complete "{}"
    target.ToArray()

let private errorOf columns format content =
    match RepFile.createWithColumns columns None Stream.Null format content Example.units false with
    | Ok writer ->
        writer.Close()
        None
    | Error error -> Some error

let private rowsOf separator (bytes: byte[]) =
    use stream = new MemoryStream(bytes)

    use csv =
        CsvReader.Create(
            stream,
            CsvReaderOptions(
                Separator = Nullable separator,
                Mode =
                    (if separator = '\t' then
                         CsvMode.NoEscape
                     else
                         CsvMode.Rfc4180),
                HasHeader = false,
                MalformedData = CsvMalformedDataHandling.Throw
            ),
            true
        )

    [
        while csv.Read() do
            [ for index in 0 .. csv.FieldCount - 1 -> csv.GetString index ]
    ]

let private single (cell: string) =
    Single.Parse(cell, CultureInfo.InvariantCulture)

let private onOneLine (text: string) =
    text.Replace('\t', ' ').Replace('\n', ' ')

[<Fact>]
let ``a table holds columns between length and vectors`` () =
    for separator, format, asWritten in
        [ ',', OutputFormat.CsvTable, id; '\t', OutputFormat.TsvTable, onOneLine ] do
        let rows = sent format (OutputContent.Pooled [ Pool.Cell ]) |> rowsOf separator

        Assert.Equal<string list>(
            [ "id"; "length" ] @ columns @ [ "cell_0"; "cell_1"; "cell_2" ],
            rows.Head
        )

        for row, (example, cells) in List.zip rows.Tail examples do
            let expected = example.Id :: string example.Length :: List.ofArray cells
            Assert.Equal<string list>(List.map asWritten expected, List.take 5 row)

            Assert.Equal<float32 list>(
                List.ofArray example.Cell,
                List.skip 5 row |> List.map single
            )

[<Fact>]
let ``JSON lines hold columns as texts`` () =
    for content, last in
        [
            OutputContent.Pooled [ Pool.Average ], "average"
            OutputContent.PerResidue, "states"
        ] do
        let lines =
            Encoding.UTF8.GetString(sent OutputFormat.JsonLines content).TrimEnd('\n').Split '\n'

        Assert.Equal(examples.Length, lines.Length)

        for line, (example, cells) in Seq.zip lines examples do
            use json = JsonDocument.Parse line

            Assert.Equal<string list>(
                [ "id"; "length" ] @ columns @ [ last ],
                [ for property in json.RootElement.EnumerateObject() -> property.Name ]
            )

            Assert.Equal(example.Id, json.RootElement.GetProperty("id").GetString())

            for name, cell in List.zip columns (List.ofArray cells) do
                Assert.Equal(cell, json.RootElement.GetProperty(name).GetString())

[<Fact>]
let ``safetensors hold columns in their metadata`` () =
    for content in [ OutputContent.Pooled [ Pool.Average ]; OutputContent.PerResidue ] do
        let bytes = sent OutputFormat.SafetensorsArrays content
        let length = int (BitConverter.ToUInt64(bytes, 0))
        use header = JsonDocument.Parse(ReadOnlyMemory(bytes, 8, length))
        let metadata = header.RootElement.GetProperty "__metadata__"
        use found = JsonDocument.Parse(string (metadata.GetProperty("columns").GetString()))

        for at, name in List.indexed columns do
            Assert.Equal<string list>(
                examples |> List.map (fun (_, cells) -> cells[at]),
                [
                    for cell in found.RootElement.GetProperty(name).EnumerateArray() ->
                        string (cell.GetString())
                ]
            )

[<Fact>]
let ``an array file has its columns beside it`` () =
    use folder = new TestFolder()
    let path = folder.Path "a.npy"

    let save columns overwrite rows =
        use writer =
            opened
                columns
                (Some path)
                Stream.Null
                OutputFormat.Npy
                (OutputContent.Pooled [ Pool.Final ])
                overwrite

        write writer rows
        writer.Complete "{}"

    save columns false examples
    Assert.Equal<string list>([ "a.npy"; "a.npy.columns.csv"; "a.npy.ids.txt" ], folder.Names)

    Assert.Equal<string list list>(
        ("id" :: columns)
        :: (examples |> List.map (fun (example, cells) -> example.Id :: List.ofArray cells)),
        rowsOf ',' (File.ReadAllBytes(path + ".columns.csv"))
    )

    let found =
        Npy.parse (File.ReadAllBytes path) |> Result.map (Npy.toSingles >> List.ofArray)

    Assert.Equal(Ok(examples |> List.collect (fun (one, _) -> List.ofArray one.Final)), found)
    save [] true (examples |> List.map (fun (example, _) -> example, [||]))
    Assert.Equal<string list>([ "a.npy"; "a.npy.ids.txt" ], folder.Names)

    Assert.Equal(
        Some(OutputError.NoPlaceForColumns OutputFormat.Npy),
        errorOf columns OutputFormat.Npy (OutputContent.Pooled [ Pool.Final ])
    )

[<Fact>]
let ``a column that would hide one of the output's own is refused`` () =
    let pools = OutputContent.Pooled [ Pool.Average ]

    for format, content, column in
        [
            OutputFormat.CsvTable, pools, "id"
            OutputFormat.CsvTable, pools, "length"
            OutputFormat.TsvTable, pools, "average_2"
            OutputFormat.JsonLines, pools, "average"
            OutputFormat.JsonLines, OutputContent.PerResidue, "states"
            OutputFormat.Npy, pools, "id"
        ] do
        Assert.Equal(
            Some(
                OutputError.UnwritableColumn(
                    format,
                    column,
                    "the format uses this name itself: rename the column, or write npz"
                )
            ),
            errorOf [ "x"; column ] format content
        )

    Assert.Equal(None, errorOf [ "average_3"; "Length"; "states" ] OutputFormat.CsvTable pools)
    Assert.Equal(None, errorOf [ "id"; "length"; "average_0" ] OutputFormat.Npz pools)

    Assert.Equal(
        Some(
            OutputError.UnwritableColumn(
                OutputFormat.CsvTable,
                "x",
                "there are several of this name"
            )
        ),
        errorOf [ "x"; "x" ] OutputFormat.CsvTable pools
    )

    Assert.Equal(
        "csv cannot hold a column called 'id': no",
        (OutputError.UnwritableColumn(OutputFormat.CsvTable, "id", "no")).Message
    )

[<Fact>]
let ``a name that leads out of a folder does not get into an archive`` () =
    for name in [ "../x"; "a/../../x"; "..\\x" ] do
        Assert.Equal(
            Some(
                OutputError.UnwritableColumn(
                    OutputFormat.Npz,
                    name,
                    "the name leads out of a folder"
                )
            ),
            errorOf [ name ] OutputFormat.Npz (OutputContent.Pooled [ Pool.Average ])
        )

    Assert.Equal(
        None,
        errorOf [ "a/b"; "..." ] OutputFormat.Npz (OutputContent.Pooled [ Pool.Average ])
    )

[<Fact>]
let ``a row of too few cells is the caller's mistake`` () =
    for format in
        [
            OutputFormat.Npz
            OutputFormat.CsvTable
            OutputFormat.TsvTable
            OutputFormat.JsonLines
            OutputFormat.SafetensorsArrays
        ] do
        use writer =
            opened
                [ "a"; "b" ]
                None
                (new MemoryStream())
                format
                (OutputContent.Pooled [ Pool.Average ])
                false

        Assert.Throws<ArgumentException>(fun () -> write writer [ fst examples.Head, [| "1" |] ])
        |> ignore
