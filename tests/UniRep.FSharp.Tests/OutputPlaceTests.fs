module UniRep.Tests.OutputPlaceTests

open System
open System.Diagnostics
open System.IO
open System.Threading.Tasks
open UniRep
open UniRep.IO
open Xunit

let private overwrite path format content =
    match RepFile.create (Some path) Stream.Null format content Example.units true with
    | Ok writer ->
        use writer = writer
        Example.write writer Example.three
        writer.Complete "{}"
    | Error error -> invalidOp error.Message

let private errorOf path =
    match
        RepFile.create (Some path) Stream.Null OutputFormat.Npz Example.allPools Example.units true
    with
    | Ok writer ->
        (writer :> IDisposable).Dispose()
        None
    | Error error -> Some error

/// The bytes of an ordinary file.
let private bytesOf format content =
    use folder = new TestFolder()
    let path = folder.Path "plain"
    Example.save path format content "{}" Example.three
    File.ReadAllBytes path

let private link (path: string) (target: string) =
    Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there")
    File.CreateSymbolicLink(path, target) |> ignore

[<Fact>]
let ``what a link leads to is replaced, and the link stays`` () =
    use folder = new TestFolder()
    use other = new TestFolder()
    let real = other.WriteText("real.npz", "old")
    link (folder.Path "b.npz") real
    link (folder.Path "a.npz") "b.npz"
    overwrite (folder.Path "a.npz") OutputFormat.Npz Example.allPools
    Assert.Equal<byte[]>(bytesOf OutputFormat.Npz Example.allPools, File.ReadAllBytes real)
    Assert.Equal("b.npz", FileInfo(folder.Path "a.npz").LinkTarget)
    Assert.Equal(real, FileInfo(folder.Path "b.npz").LinkTarget)
    Assert.Equal<string list>([ "a.npz"; "b.npz" ], folder.Names)
    Assert.Equal<string list>([ "real.npz" ], other.Names)

[<Fact>]
let ``a link that leads nowhere yet gets its file, unasked`` () =
    use folder = new TestFolder()
    link (folder.Path "a.npz") "new.npz"
    Example.save (folder.Path "a.npz") OutputFormat.Npz Example.allPools "{}" Example.three
    Assert.Equal("new.npz", FileInfo(folder.Path "a.npz").LinkTarget)

    Assert.Equal<byte[]>(
        bytesOf OutputFormat.Npz Example.allPools,
        File.ReadAllBytes(folder.Path "new.npz")
    )

[<Fact>]
let ``a link is not followed to a file that is not to be overwritten`` () =
    use folder = new TestFolder()
    folder.WriteText("real.npz", "precious") |> ignore
    let path = folder.Path "a.npz"
    link path "real.npz"

    let error =
        match
            RepFile.create
                (Some path)
                Stream.Null
                OutputFormat.Npz
                Example.allPools
                Example.units
                false
        with
        | Ok writer ->
            writer.Close()
            None
        | Error error -> Some error

    Assert.Equal(Some(OutputError.AlreadyExists path), error)
    Assert.Equal("precious", File.ReadAllText(folder.Path "real.npz"))

[<Fact>]
let ``links in a circle are refused`` () =
    use folder = new TestFolder()
    link (folder.Path "a.npz") "b.npz"
    link (folder.Path "b.npz") "a.npz"
    let path = folder.Path "a.npz"
    Assert.Equal(Some(OutputError.NotWritable(path, "its links lead in a circle")), errorOf path)

[<Fact>]
let ``paths are the same if they lead to the same file`` () =
    use folder = new TestFolder()
    let sub = Directory.CreateDirectory(folder.Path "sub").FullName
    let real = folder.WriteText("real", "")
    link (folder.Path "link") "sub/../real"
    link (folder.Path "folder") sub
    link (Path.Combine(sub, "up")) "../real"
    Assert.True(OutputPath.isSame real (folder.Path "link"))
    Assert.True(OutputPath.isSame real (folder.Path "folder/up"))
    Assert.True(OutputPath.isSame (folder.Path "folder/new") (folder.Path "sub/new"))
    Assert.True(OutputPath.isSame real (folder.Path "sub/../real"))
    Assert.False(OutputPath.isSame real (folder.Path "other"))

[<Fact>]
let ``one run at a time writes an output, by whatever name`` () =
    use folder = new TestFolder()
    let path = folder.Path "a.npz"
    link (folder.Path "link.npz") "a.npz"
    let first = Example.openFile path OutputFormat.Npz Example.allPools
    Example.write first Example.three
    Assert.Equal(Some(OutputError.Busy path), errorOf path)
    Assert.Equal(Some(OutputError.Busy(folder.Path "link.npz")), errorOf (folder.Path "link.npz"))
    Assert.Equal(None, errorOf (folder.Path "b.npz"))

    Assert.Equal(
        $"{path}: another run is writing it: wait until it ends, or give another name",
        (OutputError.Busy path).Message
    )

    first.Complete "{}"
    Assert.Equal(None, errorOf path)
    first.Close()
    Assert.Equal<string list>([ "a.npz"; "link.npz" ], folder.Names)
    Assert.Equal<byte[]>(bytesOf OutputFormat.Npz Example.allPools, File.ReadAllBytes path)

[<Fact>]
let ``an output that cannot be opened is not locked`` () =
    use folder = new TestFolder()
    let path = folder.Path "a.npy"

    let isRefused =
        RepFile.create (Some path) Stream.Null OutputFormat.Npy Example.allPools Example.units false
        |> Result.isError

    Assert.True isRefused
    Assert.Equal<string list>([], folder.Names)
    Example.save path OutputFormat.Npy (OutputContent.Pooled [ Pool.Cell ]) "" Example.three

[<Fact>]
let ``what killed runs of an output left is removed by the next, and nothing else`` () =
    use folder = new TestFolder()

    let left =
        [ ".a.npz.0123abcd.partial"; ".a.npz.0123abcd.average.partial"; ".a.npz.lock" ]

    let others =
        [
            ".a.npz.b.0123abcd.partial"
            ".a.npz.0123abc.partial"
            ".a.npz.notes.partial"
            ".b.npz.0123abcd.partial"
            "a.npz.0123abcd.partial"
        ]

    for name in left @ others do
        folder.WriteText(name, "half") |> ignore

    let alive = folder.WriteText(".a.npz.89abcdef.partial", "half")

    do
        use _ = File.Open(alive, FileMode.Open, FileAccess.Write, FileShare.None)
        Example.save (folder.Path "a.npz") OutputFormat.Npz Example.allPools "{}" Example.three

    Assert.Equal<string list>(
        List.sort ("a.npz" :: ".a.npz.89abcdef.partial" :: others),
        List.sort folder.Names
    )

[<Fact>]
let ``what killed runs left in the temporary folder is removed once it is old`` () =
    let place (tag: string) (age: float) =
        let path = Path.Combine(Path.GetTempPath(), $"unirep.{tag}.average.partial")
        File.WriteAllText(path, "half")
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes -age)
        path

    let tag () = Guid.NewGuid().ToString("N")[..7]
    let old = place (tag ()) 60.0
    let recent = place (tag ()) 1.0
    let isThere = File.Exists

    try
        use target = new MemoryStream()
        Example.send target OutputFormat.Npz Example.allPools "{}" Example.three
        Assert.Equal((false, true), (isThere old, isThere recent))
    finally
        File.Delete old
        File.Delete recent

[<Fact>]
let ``results may be thrown away, but no other device is written to`` () =
    Assert.SkipUnless(File.Exists "/dev/null", "there is no /dev/null here")
    overwrite "/dev/null" OutputFormat.Npz Example.allPools
    Assert.True(File.Exists "/dev/null")
    Assert.Equal(Some(OutputError.NotWritable("/dev/zero", "it is a device")), errorOf "/dev/zero")

[<Fact>]
let ``a named pipe gets the bytes of a file and stays a pipe`` () =
    Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no named pipes in folders there")
    use folder = new TestFolder()
    let path = folder.Path "pipe"

    use making = Process.Start("mkfifo", path)
    making.WaitForExit()

    for format, content in
        [
            OutputFormat.Npz, Example.allPools
            OutputFormat.TsvTable, OutputContent.Pooled [ Pool.Average ]
        ] do
        let read =
            Task.Run(fun () ->
                use source = File.OpenRead path
                use target = new MemoryStream()
                source.CopyTo target
                target.ToArray())

        Example.save path format content "{}" Example.three
        Assert.Equal<byte[]>(bytesOf format content, read.Result)

    Assert.Equal<string list>([ "pipe" ], folder.Names)
