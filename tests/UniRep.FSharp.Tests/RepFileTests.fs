module UniRep.Tests.RepFileTests

open System
open System.IO
open UniRep
open UniRep.IO
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

/// Why an output cannot be opened, and how that is told.
let private refusal path format content overwrite =
    match RepFile.create (Some path) Stream.Null format content 3 overwrite with
    | Ok writer ->
        (writer :> IDisposable).Dispose()
        invalidOp "it can be opened"
    | Error error -> error, error.Message

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

            testCase "places that cannot be written to are told at once"
            <| fun () ->
                use folder = new TestFolder()
                let inFolder = (Directory.CreateDirectory(folder.Path "set.npz")).FullName

                for path, reason in
                    [
                        inFolder, "it is a folder"
                        inFolder + "/", "it is a folder"
                        folder.Path "none/a.npz", $"""there is no folder {folder.Path "none"}"""
                        "", "is no file name"
                        "a\000.npz", "is no file name"
                    ] do
                    Assert.equal
                        (OutputError.NotWritable(path, reason),
                         $"{path}: cannot be written: {reason}")
                        (refusal path OutputFormat.Npz Example.allPools true)

            testCase "a folder without permission to write is told as such"
            <| fun () ->
                if OperatingSystem.IsWindows() then
                    skiptest "permissions are another matter there"

                if Environment.IsPrivilegedProcess then
                    skiptest "root may write anywhere"

                use folder = new TestFolder()
                let closed = (Directory.CreateDirectory(folder.Path "closed")).FullName
                File.SetUnixFileMode(closed, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)
                let path = Path.Combine(closed, "a.npz")
                let error, _ = refusal path OutputFormat.Npz Example.allPools false

                Assert.equal
                    (OutputError.NotWritable(path, "its folder may not be written to"))
                    error

            testCase "formats that cannot hold what is asked for say which can"
            <| fun () ->
                for format, name in
                    [
                        OutputFormat.Npy, "npy"
                        OutputFormat.CsvTable, "csv"
                        OutputFormat.TsvTable, "tsv"
                    ] do
                    Assert.equal
                        (OutputError.NoStates format,
                         $"{name} cannot hold states per residue; these can: npz, jsonl, safetensors")
                        (refusal $"a.{name}" format OutputContent.PerResidue false)

                Assert.equal
                    (OutputError.SeveralPools OutputFormat.Npy,
                     "a npy file holds one array: choose one of average, final, cell and fusion")
                    (refusal "a.npy" OutputFormat.Npy Example.allPools false)

                Assert.equal
                    "a.h5: unknown extension; known are .npz .npy .csv .tsv .jsonl .safetensors"
                    ((OutputError.UnknownOutputFormat "a.h5").Message)

            testCase "a name near the system's limit will do"
            <| fun () ->
                use folder = new TestFolder()
                let name = String('n', 240) + ".npz"
                Example.save (folder.Path name) OutputFormat.Npz Example.allPools "{}" Example.three
                Assert.equal [ name ] folder.Names

            testCase "no units and no pools are the caller's mistakes"
            <| fun () ->
                Assert.throws<ArgumentOutOfRangeException>(fun () ->
                    RepFile.create None Stream.Null OutputFormat.Npz Example.allPools 0 false
                    |> ignore)
                |> ignore

                Assert.throws<ArgumentException>(fun () ->
                    RepFile.create
                        None
                        Stream.Null
                        OutputFormat.Npz
                        (OutputContent.Pooled [])
                        3
                        false
                    |> ignore)
                |> ignore
        ]
