module UniRep.Tests.TextWriterTests

open System
open System.Globalization
open System.IO
open System.Text
open System.Text.Json
open CsvHelper
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private written format content examples =
    use target = new MemoryStream()
    Example.send target format content "{}" examples
    Encoding.UTF8.GetString(target.ToArray())

/// The same where numbers are written in another way.
let private writtenAbroad format content examples =
    Culture.inAnother (fun () -> written format content examples)

let private cells (separator: char) (text: string) =
    use stream = new MemoryStream(Encoding.UTF8.GetBytes text)

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

[<Tests>]
let tests =
    testList
        "TextWriterTests"
        [
            testCase "a table has a column for every unit of every pool"
            <| fun () ->
                let header =
                    [
                        "id"
                        "length"
                        "average_0"
                        "average_1"
                        "average_2"
                        "cell_0"
                        "cell_1"
                        "cell_2"
                    ]

                for separator, format in [ ',', OutputFormat.CsvTable; '\t', OutputFormat.TsvTable ] do
                    let rows =
                        written
                            format
                            (OutputContent.Pooled [ Pool.Average; Pool.Cell ])
                            Example.three
                        |> cells separator

                    Assert.equal header rows.Head

                    for row, example in List.zip rows.Tail Example.three do
                        let id =
                            if format = OutputFormat.TsvTable then
                                example.Id.Replace('\t', ' ')
                            else
                                example.Id

                        Assert.equal [ id; string example.Length ] (List.take 2 row)

                        Assert.equal
                            (List.ofArray (Array.append example.Average example.Cell))
                            (row
                             |> List.skip 2
                             |> List.map (fun cell ->
                                 Single.Parse(cell, CultureInfo.InvariantCulture)))

            testCase "numbers are the shortest texts that give them back, in every culture"
            <| fun () ->
                let example =
                    { Example.make 1 "a" 2 with
                        Average = [| 0.1f; -1.0e-30f; 16777216.0f |]
                    }

                for write in [ written; writtenAbroad ] do
                    Assert.equal
                        "id,length,average_0,average_1,average_2\na,2,0.1,-1E-30,16777216\n"
                        (write
                            OutputFormat.CsvTable
                            (OutputContent.Pooled [ Pool.Average ])
                            [ example ])

            testCase "only cells that need quotes have them"
            <| fun () ->
                let ids = [ "plain"; "a,b"; "say \"no\""; "two\nlines"; "tab\there"; "" ]

                let csv =
                    written
                        OutputFormat.CsvTable
                        (OutputContent.Pooled [ Pool.Average ])
                        (ids |> List.map (fun id -> Example.make 1 id 1))

                Assert.equal ids (cells ',' csv |> List.tail |> List.map List.head)
                Assert.contains "\nplain,1," csv
                Assert.contains "\n\"a,b\",1," csv
                Assert.contains "\n\"say \"\"no\"\"\",1," csv

            testCase "a TSV has no quotes, and says how many cells lost their tabs and line breaks"
            <| fun () ->
                let ids = [ "5\" end"; "\"open"; "a,b"; "tab\there"; "two\r\nlines"; " blank " ]
                use target = new MemoryStream()

                let writer =
                    match
                        RepFile.create
                            None
                            target
                            OutputFormat.TsvTable
                            (OutputContent.Pooled [ Pool.Average ])
                            Example.units
                            false
                    with
                    | Ok writer -> writer
                    | Error error -> invalidOp error.Message

                use writer = writer
                Example.write writer (ids |> List.map (fun id -> Example.make 1 id 1))
                writer.Complete ""

                Assert.equal
                    [ "5\" end"; "\"open"; "a,b"; "tab here"; "two  lines"; " blank " ]
                    (Encoding.UTF8.GetString(target.ToArray()).TrimEnd('\n').Split '\n'
                     |> List.ofArray
                     |> List.tail
                     |> List.map (fun line -> line.Split('\t')[0]))

                Assert.equal
                    [
                        "2 ids or cells hold tabs or line breaks, which a TSV cannot: they are written as blanks"
                    ]
                    writer.Warnings

            testCase "JSON lines hold id, length and vectors"
            <| fun () ->
                let lines =
                    (written
                        OutputFormat.JsonLines
                        (OutputContent.Pooled [ Pool.Average; Pool.Fusion ])
                        Example.three)
                        .TrimEnd('\n')
                        .Split
                        '\n'

                Assert.equal 3 lines.Length

                for line, example in List.zip (List.ofArray lines) Example.three do
                    use json = JsonDocument.Parse line
                    let root = json.RootElement

                    Assert.equal
                        [ "id"; "length"; "average"; "fusion" ]
                        [ for property in root.EnumerateObject() -> property.Name ]

                    Assert.equal example.Id (nonNull (root.GetProperty("id").GetString()))
                    Assert.equal example.Length (root.GetProperty("length").GetInt32())

                    for pool, name in [ Pool.Average, "average"; Pool.Fusion, "fusion" ] do
                        Assert.equal
                            (List.ofArray (Example.pool example pool))
                            [
                                for value in root.GetProperty(name).EnumerateArray() ->
                                    value.GetSingle()
                            ]

            testCase "JSON lines hold the states after each residue"
            <| fun () ->
                let lines =
                    (written OutputFormat.JsonLines OutputContent.PerResidue Example.three)
                        .TrimEnd('\n')
                        .Split
                        '\n'

                for line, example in List.zip (List.ofArray lines) Example.three do
                    use json = JsonDocument.Parse line

                    let rows =
                        [
                            for row in json.RootElement.GetProperty("states").EnumerateArray() ->
                                [ for value in row.EnumerateArray() -> value.GetSingle() ]
                        ]

                    Assert.equal
                        (Example.residueStates example
                         |> List.ofArray
                         |> List.chunkBySize Example.units)
                        rows

            testCase "what is no number is null in JSON"
            <| fun () ->
                let example =
                    { Example.make 1 "a" 1 with
                        Average = [| nanf; infinityf; 1.0f |]
                    }

                Assert.equal
                    "{\"id\":\"a\",\"length\":1,\"average\":[null,null,1]}\n"
                    (written
                        OutputFormat.JsonLines
                        (OutputContent.Pooled [ Pool.Average ])
                        [ example ])

            testCase "a long sequence of states is written piece by piece"
            <| fun () ->
                let example = Example.make 1 "long" 40_000
                let mutable largest = 0

                use target =
                    { new MemoryStream() with
                        override this.Write(bytes: ReadOnlySpan<byte>) =
                            largest <- max largest bytes.Length
                            base.Write bytes

                        override this.Write(bytes: byte[], offset: int, count: int) =
                            largest <- max largest count
                            base.Write(bytes, offset, count)
                    }

                Example.send target OutputFormat.JsonLines OutputContent.PerResidue "{}" [ example ]
                Assert.isBetween 1_000_000L 10_000_000L target.Length
                Assert.isBetween 1 200_000 largest
        ]
