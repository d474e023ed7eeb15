module UniRep.Tests.OutputPlaceTests

open System
open System.Diagnostics
open System.IO
open System.Threading.Tasks
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

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
    if OperatingSystem.IsWindows() then
        skiptest "links need rights there"

    File.CreateSymbolicLink(path, target) |> ignore

[<Tests>]
let tests =
    testList
        "OutputPlaceTests"
        [
            testCase "what a link leads to is replaced, and the link stays"
            <| fun () ->
                use folder = new TestFolder()
                use other = new TestFolder()
                let real = other.WriteText("real.npz", "old")
                link (folder.Path "b.npz") real
                link (folder.Path "a.npz") "b.npz"
                overwrite (folder.Path "a.npz") OutputFormat.Npz Example.allPools
                Assert.equal (bytesOf OutputFormat.Npz Example.allPools) (File.ReadAllBytes real)
                Assert.equal "b.npz" (nonNull (FileInfo(folder.Path "a.npz").LinkTarget))
                Assert.equal real (nonNull (FileInfo(folder.Path "b.npz").LinkTarget))
                Assert.equal [ "a.npz"; "b.npz" ] folder.Names
                Assert.equal [ "real.npz" ] other.Names

            testCase "a link that leads nowhere yet gets its file, unasked"
            <| fun () ->
                use folder = new TestFolder()
                link (folder.Path "a.npz") "new.npz"

                Example.save
                    (folder.Path "a.npz")
                    OutputFormat.Npz
                    Example.allPools
                    "{}"
                    Example.three

                Assert.equal "new.npz" (nonNull (FileInfo(folder.Path "a.npz").LinkTarget))

                Assert.equal
                    (bytesOf OutputFormat.Npz Example.allPools)
                    (File.ReadAllBytes(folder.Path "new.npz"))

            testCase "a link is not followed to a file that is not to be overwritten"
            <| fun () ->
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

                Assert.equal (Some(OutputError.AlreadyExists path)) error
                Assert.equal "precious" (File.ReadAllText(folder.Path "real.npz"))

            testCase "links in a circle are refused"
            <| fun () ->
                use folder = new TestFolder()
                link (folder.Path "a.npz") "b.npz"
                link (folder.Path "b.npz") "a.npz"
                let path = folder.Path "a.npz"

                Assert.equal
                    (Some(OutputError.NotWritable(path, "its links lead in a circle")))
                    (errorOf path)

            testCase "paths are the same if they lead to the same file"
            <| fun () ->
                use folder = new TestFolder()
                let sub = Directory.CreateDirectory(folder.Path "sub").FullName
                let real = folder.WriteText("real", "")
                link (folder.Path "link") "sub/../real"
                link (folder.Path "folder") sub
                link (Path.Combine(sub, "up")) "../real"
                Assert.isTrue (OutputPath.isSame real (folder.Path "link"))
                Assert.isTrue (OutputPath.isSame real (folder.Path "folder/up"))
                Assert.isTrue (OutputPath.isSame (folder.Path "folder/new") (folder.Path "sub/new"))
                Assert.isTrue (OutputPath.isSame real (folder.Path "sub/../real"))
                Assert.isFalse (OutputPath.isSame real (folder.Path "other"))

            testCase "one run at a time writes an output, by whatever name"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npz"
                link (folder.Path "link.npz") "a.npz"
                let first = Example.openFile path OutputFormat.Npz Example.allPools
                Example.write first Example.three
                Assert.equal (Some(OutputError.Busy path)) (errorOf path)

                Assert.equal
                    (Some(OutputError.Busy(folder.Path "link.npz")))
                    (errorOf (folder.Path "link.npz"))

                Assert.equal None (errorOf (folder.Path "b.npz"))

                Assert.equal
                    $"{path}: another run is writing it: wait until it ends, or give another name"
                    ((OutputError.Busy path).Message)

                first.Complete "{}"
                Assert.equal None (errorOf path)
                first.Close()
                Assert.equal [ "a.npz"; "link.npz" ] folder.Names
                Assert.equal (bytesOf OutputFormat.Npz Example.allPools) (File.ReadAllBytes path)

            testCase "an output that cannot be opened is not locked"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "a.npy"

                let isRefused =
                    RepFile.create
                        (Some path)
                        Stream.Null
                        OutputFormat.Npy
                        Example.allPools
                        Example.units
                        false
                    |> Result.isError

                Assert.isTrue isRefused
                Assert.equal [] folder.Names

                Example.save
                    path
                    OutputFormat.Npy
                    (OutputContent.Pooled [ Pool.Cell ])
                    ""
                    Example.three

            testCase "what killed runs of an output left is removed by the next, and nothing else"
            <| fun () ->
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

                    Example.save
                        (folder.Path "a.npz")
                        OutputFormat.Npz
                        Example.allPools
                        "{}"
                        Example.three

                Assert.equal
                    (List.sort ("a.npz" :: ".a.npz.89abcdef.partial" :: others))
                    (List.sort folder.Names)

            testCase "what killed runs left in the temporary folder is removed once it is old"
            <| fun () ->
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
                    Assert.equal (false, true) (isThere old, isThere recent)
                finally
                    File.Delete old
                    File.Delete recent

            testCase "results may be thrown away, but no other device is written to"
            <| fun () ->
                if not (File.Exists "/dev/null") then
                    skiptest "there is no /dev/null here"

                overwrite "/dev/null" OutputFormat.Npz Example.allPools
                Assert.isTrue (File.Exists "/dev/null")

                Assert.equal
                    (Some(OutputError.NotWritable("/dev/zero", "it is a device")))
                    (errorOf "/dev/zero")

            testCase "a named pipe gets the bytes of a file and stays a pipe"
            <| fun () ->
                if OperatingSystem.IsWindows() then
                    skiptest "there are no named pipes in folders there"

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
                    Assert.equal (bytesOf format content) read.Result

                Assert.equal [ "pipe" ] folder.Names
        ]
