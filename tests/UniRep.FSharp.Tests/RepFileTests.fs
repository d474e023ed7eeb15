module UniRep.Tests.RepFileTests

open System
open System.IO
open UniRep
open UniRep.IO
open Xunit

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

[<Fact>]
let ``the extension tells the format`` () =
    for format, name in formats do
        Assert.Equal(Some format, RepFile.formatOf name)
        Assert.Equal(Some format, RepFile.formatOf (name.ToUpperInvariant()))

    Assert.Equal(None, RepFile.formatOf "a.parquet")
    Assert.Equal(None, RepFile.formatOf "npz")

[<Fact>]
let ``equal input gives equal bytes`` () =
    use folder = new TestFolder()

    for format, name, content in everything do
        let first = folder.Path $"1.{name}"
        let second = folder.Path $"2.{name}"
        Example.save first format content "{}" Example.three
        Example.save second format content "{}" Example.three
        Assert.Equal<byte[]>(File.ReadAllBytes first, File.ReadAllBytes second)
        File.Delete first
        File.Delete second

[<Fact>]
let ``a stream gets the bytes of the file, and stays open`` () =
    use folder = new TestFolder()

    for format, name, content in everything do
        let path = folder.Path name
        Example.save path format content "{}" Example.three
        use target = new MemoryStream()
        Example.send target format content "{}" Example.three
        Assert.True target.CanWrite
        Assert.Equal<byte[]>(File.ReadAllBytes path, target.ToArray())
        File.Delete path

[<Fact>]
let ``nothing is under the final name before everything is written`` () =
    use folder = new TestFolder()

    for format, name, content in everything do
        use writer = Example.openFile (folder.Path name) format content
        Example.write writer Example.three
        Assert.DoesNotContain(folder.Names, (fun found -> not (found.StartsWith '.')))

[<Fact>]
let ``a writer that is given up leaves nothing`` () =
    use folder = new TestFolder()

    for format, name, content in everything do
        let writer = Example.openFile (folder.Path name) format content
        Example.write writer Example.three
        (writer :> IDisposable).Dispose()
        (writer :> IDisposable).Dispose()
        Assert.Equal<string list>([], folder.Names)

[<Fact>]
let ``a writer that is closed after the end keeps its file`` () =
    use folder = new TestFolder()
    let path = folder.Path "a.npz"
    let writer = Example.openFile path OutputFormat.Npz Example.allPools
    writer.Complete "{}"
    writer.Close()
    writer.Close()
    Assert.True(File.Exists path)

[<Fact>]
let ``a stream that takes no more is an IOException, and nothing is left`` () =
    let left () =
        Directory.GetFiles(Path.GetTempPath(), "unirep.*partial").Length

    let before = left ()

    for format, _, content in everything do
        for capacity in [ 0; 10; 100_000 ] do
            match RepFile.create None (tight capacity) format content 3 false with
            | Error error -> invalidOp error.Message
            | Ok writer ->
                Assert.Throws<IOException>(fun () -> writeOn 4_000 writer) |> ignore
                writer.Close()

    Assert.Equal(before, left ())

[<Fact>]
let ``a full disk is an IOException, and nothing is left`` () =
    let place = Environment.GetEnvironmentVariable "UNIREP_TEST_SMALL_DISK"

    Assert.SkipWhen(
        String.IsNullOrEmpty place,
        "UNIREP_TEST_SMALL_DISK does not name a folder on a disk of a megabyte"
    )

    for format, name, content in everything do
        let path = Path.Combine(string place, name)

        match RepFile.create (Some path) Stream.Null format content 3 false with
        | Error error -> invalidOp error.Message
        | Ok writer ->
            Assert.Throws<IOException>(fun () -> writeOn 40_000 writer) |> ignore
            writer.Close()

        Assert.Empty(Directory.GetFiles(string place))

[<Fact>]
let ``a file that is there stays, unless it may be overwritten`` () =
    use folder = new TestFolder()

    for format, name in formats do
        let path = folder.WriteText(name, "precious")
        let content = (contents format).Head

        Assert.Equal(
            (OutputError.AlreadyExists path, $"{path}: exists already"),
            refusal path format content false
        )

        Assert.Equal("precious", File.ReadAllText path)

        match RepFile.create (Some path) Stream.Null format content 3 true with
        | Error error -> invalidOp error.Message
        | Ok writer ->
            use writer = writer
            Example.write writer Example.three
            Assert.Equal("precious", File.ReadAllText path)
            writer.Complete "{}"

        Assert.NotEqual<string>("precious", File.ReadAllText path)

[<Fact>]
let ``the ids of an array file are not overwritten unasked either`` () =
    use folder = new TestFolder()
    let ids = folder.WriteText("a.npy.ids.txt", "precious")

    let error, _ =
        refusal (folder.Path "a.npy") OutputFormat.Npy (OutputContent.Pooled [ Pool.Cell ]) false

    Assert.Equal(OutputError.AlreadyExists ids, error)
    Example.save (folder.Path "a.npz") OutputFormat.Npz Example.allPools "" []
    Assert.Equal("precious", File.ReadAllText ids)

[<Fact>]
let ``a file that appears during the run is not overwritten`` () =
    use folder = new TestFolder()

    for format, name, content in everything do
        let path = folder.Path name
        let writer = Example.openFile path format content
        Example.write writer Example.three
        File.WriteAllText(path, "precious")
        Assert.Throws<IOException>(fun () -> writer.Complete "{}") |> ignore
        writer.Close()
        Assert.Equal("precious", File.ReadAllText path)
        Assert.Equal<string list>([ name ], folder.Names)
        File.Delete path

[<Fact>]
let ``places that cannot be written to are told at once`` () =
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
        Assert.Equal(
            (OutputError.NotWritable(path, reason), $"{path}: cannot be written: {reason}"),
            refusal path OutputFormat.Npz Example.allPools true
        )

[<Fact>]
let ``a folder without permission to write is told as such`` () =
    Assert.SkipWhen(OperatingSystem.IsWindows(), "permissions are another matter there")
    Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may write anywhere")
    use folder = new TestFolder()
    let closed = (Directory.CreateDirectory(folder.Path "closed")).FullName
    File.SetUnixFileMode(closed, UnixFileMode.UserRead ||| UnixFileMode.UserExecute)
    let path = Path.Combine(closed, "a.npz")
    let error, _ = refusal path OutputFormat.Npz Example.allPools false
    Assert.Equal(OutputError.NotWritable(path, "its folder may not be written to"), error)

[<Fact>]
let ``formats that cannot hold what is asked for say which can`` () =
    for format, name in
        [
            OutputFormat.Npy, "npy"
            OutputFormat.CsvTable, "csv"
            OutputFormat.TsvTable, "tsv"
        ] do
        Assert.Equal(
            (OutputError.NoStates format,
             $"{name} cannot hold states per residue; these can: npz, jsonl, safetensors"),
            refusal $"a.{name}" format OutputContent.PerResidue false
        )

    Assert.Equal(
        (OutputError.SeveralPools OutputFormat.Npy,
         "a npy file holds one array: choose one of average, final, cell and fusion"),
        refusal "a.npy" OutputFormat.Npy Example.allPools false
    )

    Assert.Equal(
        "a.h5: unknown extension; known are .npz .npy .csv .tsv .jsonl .safetensors",
        (OutputError.UnknownOutputFormat "a.h5").Message
    )

[<Fact>]
let ``a name near the system's limit will do`` () =
    use folder = new TestFolder()
    let name = String('n', 240) + ".npz"
    Example.save (folder.Path name) OutputFormat.Npz Example.allPools "{}" Example.three
    Assert.Equal<string list>([ name ], folder.Names)

[<Fact>]
let ``no units and no pools are the caller's mistakes`` () =
    Assert.Throws<ArgumentOutOfRangeException>(fun () ->
        RepFile.create None Stream.Null OutputFormat.Npz Example.allPools 0 false
        |> ignore)
    |> ignore

    Assert.Throws<ArgumentException>(fun () ->
        RepFile.create None Stream.Null OutputFormat.Npz (OutputContent.Pooled []) 3 false
        |> ignore)
    |> ignore
