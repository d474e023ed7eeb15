module UniRep.Tests.WeightDownloadTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open UniRep
open UniRep.ModelFiles
open Xunit

let internal folderOfModel = lazy TestFiles.sharedPath "weights/paper-64"

/// The published 64-unit model, as the bucket offers it.
let internal published (path: string) =
    let file = Path.Combine(folderOfModel.Value, path["/64_weights/".Length ..])

    if File.Exists file then
        Some(File.ReadAllBytes file)
    else
        None

let internal settings (server: FileServer) (folder: TestFolder) =
    { WeightDownload.settings () with
        BaseAddress = server.Address
        Cache = folder.Path "cache"
        LicenseAccepted = true
        Pause = TimeSpan.FromMilliseconds 5.0
        Patience = TimeSpan.FromSeconds 10.0
    }

type internal Progress() =
    member val Reports: DownloadProgress list = [] with get, set

    interface IProgress<DownloadProgress> with
        member this.Report report = this.Reports <- report :: this.Reports

let internal get settings =
    WeightDownload.get settings (Progress()) TestContext.Current.CancellationToken "paper-64"

let internal assertIsModel (result: Result<string, DownloadError>) =
    match result with
    | Error error -> Assert.Fail(error.Message)
    | Ok folder ->
        match WeightFile.load folder, WeightFile.load folderOfModel.Value with
        | Ok fetched, Ok original ->
            Assert.Equal(
                WeightFile.fingerprint original.Weights,
                WeightFile.fingerprint fetched.Weights
            )
        | results -> Assert.Fail $"%A{results}"

let internal error result =
    match result with
    | Ok folder -> invalidOp $"fetched into {folder}"
    | Error error -> error

[<Fact>]
let ``a model is fetched file by file, and only once`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use server = new FileServer(published, [])
    let progress = Progress()

    WeightDownload.get
        (settings server folder)
        progress
        TestContext.Current.CancellationToken
        "paper-64"
    |> assertIsModel

    let files = WeightCatalog.tryFind "paper-64" |> Option.map _.Files
    Assert.Equal(files |> Option.map _.Length, Some server.Requests.Length)
    let last = List.head progress.Reports
    Assert.Equal(last.Files, last.FileNumber)
    Assert.Equal(last.Size, Some last.Bytes)
    Assert.False(Directory.Exists(folder.Path "cache/paper-64.partial"))

    get (settings server folder) |> assertIsModel
    Assert.Equal(files |> Option.map _.Length, Some server.Requests.Length)

[<Fact>]
let ``what breaks off is resumed where it ended`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use server = new FileServer(published, [ Cut 1000; Cut 50; Status 503; Well ])
    get (settings server folder) |> assertIsModel

    Assert.Equal<string list>(
        [ ""; " from 1000"; " from 1050"; " from 1050" ]
        |> List.map ((+) "/64_weights/embed_matrix:0.npy"),
        List.truncate 4 server.Requests
    )

[<Fact>]
let ``a server that knows no ranges sends the file again`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use server = new FileServer(published, [ Cut 1000; Whole ])
    get (settings server folder) |> assertIsModel

[<Fact>]
let ``a server that falls silent is asked again`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use server = new FileServer(published, [ Stall ])

    get
        { settings server folder with
            Patience = TimeSpan.FromMilliseconds 300.0
        }
    |> assertIsModel

    Assert.EndsWith(" from 3", server.Requests[1])

[<Fact>]
let ``wrong bytes are fetched once more, and refused when they come again`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use once = new FileServer(published, [ Corrupt ])
    get (settings once folder) |> assertIsModel
    use folder = new TestFolder()
    use twice = new FileServer(published, [ Corrupt; Corrupt ])

    match error (get (settings twice folder)) with
    | DownloadError.WrongContent(address, expected, found) ->
        Assert.EndsWith("embed_matrix%3A0.npy", address)
        Assert.NotEqual<string>(expected, found)
    | other -> Assert.Fail(other.Message)

    Assert.False(Directory.Exists(folder.Path "cache/paper-64"))

    Assert.Equal<string[]>(
        [| folder.Path "cache/paper-64.lock" |],
        Directory.GetFiles(folder.Path "cache", "*", SearchOption.AllDirectories)
    )

[<Fact>]
let ``a download that gave up goes on with the next attempt`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use failing = new FileServer(published, [ Well; Cut 10; Cut 10 ])

    match
        error (
            get
                { settings failing folder with
                    Attempts = 2
                }
        )
    with
    | DownloadError.NoConnection(_, "the connection was closed early") -> ()
    | other -> Assert.Fail(other.Message)

    use server = new FileServer(published, [])
    get (settings server folder) |> assertIsModel
    Assert.Equal("/64_weights/fully_connected_biases:0.npy from 20", List.head server.Requests)

[<Fact>]
let ``what the server refuses is not asked for again`` () =
    use folder = new TestFolder()
    use server = new FileServer((fun _ -> None), [])
    let refused = error (get (settings server folder))

    Assert.Equal(
        DownloadError.Refused($"{server.Address}64_weights/embed_matrix%%3A0.npy", 404),
        refused
    )

    Assert.Contains("status 404", refused.Message)
    Assert.Single server.Requests |> ignore

[<Fact>]
let ``no server at all is told with what to do`` () =
    use folder = new TestFolder()

    let gone =
        use server = new FileServer((fun _ -> None), [])
        settings server folder

    let message = (error (get { gone with Attempts = 2 })).Message
    Assert.Contains("could not be fetched", message)
    Assert.Contains("Check the network; the next attempt resumes", message)

[<Fact>]
let ``a cancelled download ends at once`` () =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use server = new FileServer(published, [ Stall ])
    use cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds 200.0)
    let watch = Stopwatch.StartNew()

    Assert.ThrowsAny<OperationCanceledException>(fun () ->
        WeightDownload.get (settings server folder) (Progress()) cancellation.Token "paper-64"
        |> ignore)
    |> ignore

    Assert.True(watch.Elapsed < TimeSpan.FromSeconds 5.0)

[<Theory>]
[<InlineData("http://example.org/")>]
[<InlineData("ftp://example.org/")>]
[<InlineData("file:///tmp/")>]
let ``only https is asked, but for this machine`` (address: string) =
    use folder = new TestFolder()
    use server = new FileServer((fun _ -> None), [])

    let result =
        get
            { settings server folder with
                BaseAddress = Uri address
            }

    Assert.Equal(DownloadError.InsecureAddress address, error result)

[<Fact>]
let ``nothing is fetched before the licence is accepted`` () =
    use folder = new TestFolder()
    use server = new FileServer((fun _ -> None), [])

    let result =
        get
            { settings server folder with
                LicenseAccepted = false
            }

    Assert.Equal(DownloadError.LicenseNotAccepted("paper-64", "CC-BY-NC-4.0"), error result)
    Assert.Empty server.Requests

[<Fact>]
let ``a cache that cannot be made is told`` () =
    use folder = new TestFolder()
    use server = new FileServer(published, [])
    let file = folder.WriteText("cache", "not a folder")

    match error (get (settings server folder)) with
    | DownloadError.CacheNotWritable(path, _) -> Assert.Equal(file, path)
    | other -> Assert.Fail(other.Message)
