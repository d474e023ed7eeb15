module UniRep.Tests.RepFileTests

open System
open System.IO
open UniRep
open UniRep.IO
open UniRep.Tests.RefusedOutputTests
open Expecto
open UniRep.Testing

let private formats =
    [
        OutputFormat.Npz, "a.npz"
        OutputFormat.Npy, "a.npy"
        OutputFormat.CsvTable, "a.csv"
        OutputFormat.TsvTable, "a.tsv"
        OutputFormat.JsonLines, "a.jsonl"
        OutputFormat.SafetensorsArrays, "a.safetensors"
    ]

/// What each format can hold.
let private contents format =
    match format with
    | OutputFormat.Npy -> [ OutputContent.Pooled [ Pool.Average ] ]
    | OutputFormat.CsvTable
    | OutputFormat.TsvTable -> [ Example.allPools ]
    | _ -> [ Example.allPools; OutputContent.PerResidue ]

let private everything =
    [
        for format, name in formats do
            for content in contents format -> format, name, content
    ]

/// Writes the examples again and again until something breaks.
let private writeOn count (writer: RepWriter) =
    for _ in 1..count do
        Example.write writer Example.three

    writer.Complete "{}"

/// A stream that takes no more than some bytes, as a full disk does.
let private tight capacity =
    let mutable left = capacity

    let take count =
        left <- left - count

        if left < 0 then
            raise (IOException "No space left on device")

    { new MemoryStream() with
        override _.Write(_: byte[], _: int, count: int) = take count
        override _.Write(bytes: ReadOnlySpan<byte>) = take bytes.Length
        override _.WriteByte _ = take 1
    }

[<Tests>]
let tests =
    testList
        "RepFileTests"
        [
            testCase "the extension tells the format"
            <| fun () ->
                for format, name in formats do
                    Assert.equal (Some format) (RepFile.formatOf name)
                    Assert.equal (Some format) (RepFile.formatOf (name.ToUpperInvariant()))

                Assert.equal None (RepFile.formatOf "a.parquet")
                Assert.equal None (RepFile.formatOf "npz")

            testCase "equal input gives equal bytes"
            <| fun () ->
                use folder = new TestFolder()

                for format, name, content in everything do
                    let first = folder.Path $"1.{name}"
                    let second = folder.Path $"2.{name}"
                    Example.save first format content "{}" Example.three
                    Example.save second format content "{}" Example.three
                    Assert.equal (File.ReadAllBytes first) (File.ReadAllBytes second)
                    File.Delete first
                    File.Delete second

            testCase "a stream gets the bytes of the file, and stays open"
            <| fun () ->
                use folder = new TestFolder()

                for format, name, content in everything do
                    let path = folder.Path name
                    Example.save path format content "{}" Example.three
                    use target = new MemoryStream()
                    Example.send target format content "{}" Example.three
                    Assert.isTrue target.CanWrite
                    Assert.equal (File.ReadAllBytes path) (target.ToArray())
                    File.Delete path

            testCase "nothing is under the final name before everything is written"
            <| fun () ->
                use folder = new TestFolder()

                for format, name, content in everything do
                    use writer = Example.openFile (folder.Path name) format content
                    Example.write writer Example.three

                    Assert.isFalse (
                        folder.Names |> List.exists (fun found -> not (found.StartsWith '.'))
                    )

            testCase "a writer that is given up leaves nothing"
            <| fun () ->
                use folder = new TestFolder()

                for format, name, content in everything do
                    let writer = Example.openFile (folder.Path name) format content
                    Example.write writer Example.three
                    (writer :> IDisposable).Dispose()
                    (writer :> IDisposable).Dispose()
                    Assert.equal [] folder.Names

            testCase "a writer that is closed after the end keeps its file"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                let writer = Example.openFile path OutputFormat.Npz Example.allPools
                writer.Complete "{}"
                writer.Close()
                writer.Close()
                Assert.isTrue (File.Exists path)

            testCase "a stream that takes no more is an IOException, and nothing is left"
            <| fun () ->
                let left () =
                    Directory.GetFiles(Path.GetTempPath(), "unirep.*partial").Length

                let before = left ()

                for format, _, content in everything do
                    for capacity in [ 0; 10; 100_000 ] do
                        match RepFile.create None (tight capacity) format content 3 false with
                        | Error error -> invalidOp error.Message
                        | Ok writer ->
                            Assert.throws<IOException>(fun () -> writeOn 4_000 writer) |> ignore
                            writer.Close()

                Assert.equal before (left ())

            testCase "a full disk is an IOException, and nothing is left"
            <| fun () ->
                let place = Environment.GetEnvironmentVariable "UNIREP_TEST_SMALL_DISK"

                if String.IsNullOrEmpty place then
                    skiptest "UNIREP_TEST_SMALL_DISK does not name a folder on a disk of a megabyte"

                for format, name, content in everything do
                    let path = Path.Combine(string place, name)

                    match RepFile.create (Some path) Stream.Null format content 3 false with
                    | Error error -> invalidOp error.Message
                    | Ok writer ->
                        Assert.throws<IOException>(fun () -> writeOn 40_000 writer) |> ignore
                        writer.Close()

                    Assert.isEmpty (Directory.GetFiles(string place))

            testCase "a file that is there stays, unless it may be overwritten"
            <| fun () ->
                use folder = new TestFolder()

                for format, name in formats do
                    let path = folder.WriteText(name, "precious")
                    let content = (contents format).Head

                    Assert.equal
                        (OutputError.AlreadyExists path, $"{path}: exists already")
                        (refusal path format content false)

                    Assert.equal "precious" (File.ReadAllText path)

                    match RepFile.create (Some path) Stream.Null format content 3 true with
                    | Error error -> invalidOp error.Message
                    | Ok writer ->
                        use writer = writer
                        Example.write writer Example.three
                        Assert.equal "precious" (File.ReadAllText path)
                        writer.Complete "{}"

                    Assert.notEqual "precious" (File.ReadAllText path)

            testCase "the ids of an array file are not overwritten unasked either"
            <| fun () ->
                use folder = new TestFolder()
                let ids = folder.WriteText("a.npy.ids.txt", "precious")

                let error, _ =
                    refusal
                        (folder.Path "a.npy")
                        OutputFormat.Npy
                        (OutputContent.Pooled [ Pool.Cell ])
                        false

                Assert.equal (OutputError.AlreadyExists ids) error
                Example.save (folder.Path "a.npz") OutputFormat.Npz Example.allPools "" []
                Assert.equal "precious" (File.ReadAllText ids)

            testCase "a file that appears during the run is not overwritten"
            <| fun () ->
                use folder = new TestFolder()

                for format, name, content in everything do
                    let path = folder.Path name
                    let writer = Example.openFile path format content
                    Example.write writer Example.three
                    File.WriteAllText(path, "precious")
                    Assert.throws<IOException>(fun () -> writer.Complete "{}") |> ignore
                    writer.Close()
                    Assert.equal "precious" (File.ReadAllText path)
                    Assert.equal [ name ] folder.Names
                    File.Delete path

            testCase "a name near the system's limit will do"
            <| fun () ->
                use folder = new TestFolder()
                let name = String('n', 240) + ".npz"
                Example.save (folder.Path name) OutputFormat.Npz Example.allPools "{}" Example.three
                Assert.equal [ name ] folder.Names
        ]
