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
open Expecto
open UniRep.Testing

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

[<Tests>]
let tests =
    testList
        "ColumnOutputTests"
        [
            testCase "a table holds columns between length and vectors"
            <| fun () ->
                for separator, format, asWritten in
                    [ ',', OutputFormat.CsvTable, id; '\t', OutputFormat.TsvTable, onOneLine ] do
                    let rows = sent format (OutputContent.Pooled [ Pool.Cell ]) |> rowsOf separator

                    Assert.equal
                        ([ "id"; "length" ] @ columns @ [ "cell_0"; "cell_1"; "cell_2" ])
                        rows.Head

                    for row, (example, cells) in List.zip rows.Tail examples do
                        let expected = example.Id :: string example.Length :: List.ofArray cells
                        Assert.equal (List.map asWritten expected) (List.take 5 row)

                        Assert.equal
                            (List.ofArray example.Cell)
                            (List.skip 5 row |> List.map single)

            testCase "JSON lines hold columns as texts"
            <| fun () ->
                for content, last in
                    [
                        OutputContent.Pooled [ Pool.Average ], "average"
                        OutputContent.PerResidue, "states"
                    ] do
                    let lines =
                        Encoding.UTF8
                            .GetString(sent OutputFormat.JsonLines content)
                            .TrimEnd('\n')
                            .Split
                            '\n'

                    Assert.equal examples.Length lines.Length

                    for line, (example, cells) in Seq.zip lines examples do
                        use json = JsonDocument.Parse line

                        Assert.equal
                            ([ "id"; "length" ] @ columns @ [ last ])
                            [ for property in json.RootElement.EnumerateObject() -> property.Name ]

                        Assert.equal
                            example.Id
                            (nonNull (json.RootElement.GetProperty("id").GetString()))

                        for name, cell in List.zip columns (List.ofArray cells) do
                            Assert.equal
                                cell
                                (nonNull (json.RootElement.GetProperty(name).GetString()))

            testCase "safetensors hold columns in their metadata"
            <| fun () ->
                for content in [ OutputContent.Pooled [ Pool.Average ]; OutputContent.PerResidue ] do
                    let bytes = sent OutputFormat.SafetensorsArrays content
                    let length = int (BitConverter.ToUInt64(bytes, 0))
                    use header = JsonDocument.Parse(ReadOnlyMemory(bytes, 8, length))
                    let metadata = header.RootElement.GetProperty "__metadata__"

                    use found =
                        JsonDocument.Parse(string (metadata.GetProperty("columns").GetString()))

                    for at, name in List.indexed columns do
                        Assert.equal
                            (examples |> List.map (fun (_, cells) -> cells[at]))
                            [
                                for cell in found.RootElement.GetProperty(name).EnumerateArray() ->
                                    string (cell.GetString())
                            ]

            testCase "an array file has its columns beside it"
            <| fun () ->
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
                Assert.equal [ "a.npy"; "a.npy.columns.csv"; "a.npy.ids.txt" ] folder.Names

                Assert.equal
                    (("id" :: columns)
                     :: (examples
                         |> List.map (fun (example, cells) -> example.Id :: List.ofArray cells)))
                    (rowsOf ',' (File.ReadAllBytes(path + ".columns.csv")))

                let found =
                    Npy.parse (File.ReadAllBytes path) |> Result.map (Npy.toSingles >> List.ofArray)

                Assert.equal
                    (Ok(examples |> List.collect (fun (one, _) -> List.ofArray one.Final)))
                    found

                save [] true (examples |> List.map (fun (example, _) -> example, [||]))
                Assert.equal [ "a.npy"; "a.npy.ids.txt" ] folder.Names

                Assert.equal
                    (Some(OutputError.NoPlaceForColumns OutputFormat.Npy))
                    (errorOf columns OutputFormat.Npy (OutputContent.Pooled [ Pool.Final ]))

            testCase "a column that would hide one of the output's own is refused"
            <| fun () ->
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
                    Assert.equal
                        (Some(
                            OutputError.UnwritableColumn(
                                format,
                                column,
                                "the format uses this name itself: rename the column, or write npz"
                            )
                        ))
                        (errorOf [ "x"; column ] format content)

                Assert.equal
                    None
                    (errorOf [ "average_3"; "Length"; "states" ] OutputFormat.CsvTable pools)

                Assert.equal None (errorOf [ "id"; "length"; "average_0" ] OutputFormat.Npz pools)

                Assert.equal
                    (Some(
                        OutputError.UnwritableColumn(
                            OutputFormat.CsvTable,
                            "x",
                            "there are several of this name"
                        )
                    ))
                    (errorOf [ "x"; "x" ] OutputFormat.CsvTable pools)

                Assert.equal
                    "csv cannot hold a column called 'id': no"
                    ((OutputError.UnwritableColumn(OutputFormat.CsvTable, "id", "no")).Message)

            testCase "a name that leads out of a folder does not get into an archive"
            <| fun () ->
                for name in [ "../x"; "a/../../x"; "..\\x" ] do
                    Assert.equal
                        (Some(
                            OutputError.UnwritableColumn(
                                OutputFormat.Npz,
                                name,
                                "the name leads out of a folder"
                            )
                        ))
                        (errorOf [ name ] OutputFormat.Npz (OutputContent.Pooled [ Pool.Average ]))

                Assert.equal
                    None
                    (errorOf
                        [ "a/b"; "..." ]
                        OutputFormat.Npz
                        (OutputContent.Pooled [ Pool.Average ]))

            testCase "a row of too few cells is the caller's mistake"
            <| fun () ->
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

                    Assert.throws<ArgumentException>(fun () ->
                        write writer [ fst examples.Head, [| "1" |] ])
                    |> ignore
        ]
