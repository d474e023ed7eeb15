module UniRep.Tests.WeightDownloadTests

open System
open System.Diagnostics
open System.IO
open System.Threading
open System.Threading
open UniRep
open UniRep.ModelFiles
open Expecto
open UniRep.Testing

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
    WeightDownload.get settings (Progress()) CancellationToken.None "paper-64"

let internal assertIsModel (result: Result<string, DownloadError>) =
    match result with
    | Error error -> failtest (error.Message)
    | Ok folder ->
        match WeightFile.load folder, WeightFile.load folderOfModel.Value with
        | Ok fetched, Ok original ->
            Assert.equal
                (WeightFile.fingerprint original.Weights)
                (WeightFile.fingerprint fetched.Weights)
        | results -> failtest $"%A{results}"

let internal error result =
    match result with
    | Ok folder -> invalidOp $"fetched into {folder}"
    | Error error -> error

[<Tests>]
let tests =
    testList
        "WeightDownloadTests"
        [
            testCase "a model is fetched file by file, and only once"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [])
                let progress = Progress()

                WeightDownload.get
                    (settings server folder)
                    progress
                    CancellationToken.None
                    "paper-64"
                |> assertIsModel

                let files = WeightCatalog.tryFind "paper-64" |> Option.map _.Files
                Assert.equal (files |> Option.map _.Length) (Some server.Requests.Length)
                let last = List.head progress.Reports
                Assert.equal last.Files last.FileNumber
                Assert.equal last.Size (Some last.Bytes)
                Assert.isFalse (Directory.Exists(folder.Path "cache/paper-64.partial"))

                get (settings server folder) |> assertIsModel
                Assert.equal (files |> Option.map _.Length) (Some server.Requests.Length)

            testCase "what breaks off is resumed where it ended"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [ Cut 1000; Cut 50; Status 503; Well ])
                get (settings server folder) |> assertIsModel

                Assert.equal
                    ([ ""; " from 1000"; " from 1050"; " from 1050" ]
                     |> List.map ((+) "/64_weights/embed_matrix:0.npy"))
                    (List.truncate 4 server.Requests)

            testCase "a server that knows no ranges sends the file again"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [ Cut 1000; Whole ])
                get (settings server folder) |> assertIsModel

            testCase "a server that falls silent is asked again"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [ Stall ])

                get
                    { settings server folder with
                        Patience = TimeSpan.FromMilliseconds 300.0
                    }
                |> assertIsModel

                Assert.endsWith " from 3" (server.Requests[1])

            testCase "wrong bytes are fetched once more, and refused when they come again"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use once = new FileServer(published, [ Corrupt ])
                get (settings once folder) |> assertIsModel
                use folder = new TestFolder()
                use twice = new FileServer(published, [ Corrupt; Corrupt ])

                match error (get (settings twice folder)) with
                | DownloadError.WrongContent(address, expected, found) ->
                    Assert.endsWith "embed_matrix%3A0.npy" address
                    Assert.notEqual expected found
                | other -> failtest (other.Message)

                Assert.isFalse (Directory.Exists(folder.Path "cache/paper-64"))

                Assert.equal
                    [| folder.Path "cache/paper-64.lock" |]
                    (Directory.GetFiles(folder.Path "cache", "*", SearchOption.AllDirectories))

            testCase "the next download resumes where one gave up"
            <| fun () ->
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
                | other -> failtest (other.Message)

                use server = new FileServer(published, [])
                get (settings server folder) |> assertIsModel

                Assert.equal
                    "/64_weights/fully_connected_biases:0.npy from 20"
                    (List.head server.Requests)

            testCase "what the server refuses is not asked for again"
            <| fun () ->
                use folder = new TestFolder()
                use server = new FileServer((fun _ -> None), [])
                let refused = error (get (settings server folder))

                Assert.equal
                    (DownloadError.Refused($"{server.Address}64_weights/embed_matrix%%3A0.npy", 404))
                    refused

                Assert.contains "status 404" refused.Message
                Assert.single server.Requests |> ignore

            testCase "no server at all is told with what to do"
            <| fun () ->
                use folder = new TestFolder()

                let gone =
                    use server = new FileServer((fun _ -> None), [])
                    settings server folder

                let message = (error (get { gone with Attempts = 2 })).Message
                Assert.contains "could not be fetched" message
                Assert.contains "Check the network; the next attempt resumes" message

            testCase "a cancelled download ends at once"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                use server = new FileServer(published, [ Stall ])
                use cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds 200.0)
                let watch = Stopwatch.StartNew()

                Assert.throws<OperationCanceledException>(fun () ->
                    WeightDownload.get
                        (settings server folder)
                        (Progress())
                        cancellation.Token
                        "paper-64"
                    |> ignore)
                |> ignore

                Assert.isTrue (watch.Elapsed < TimeSpan.FromSeconds 5.0)

            testTheory
                "only https is asked, but for this machine"
                [ "http://example.org/"; "ftp://example.org/"; "file:///tmp/" ]
            <| fun (address: string) ->
                use folder = new TestFolder()
                use server = new FileServer((fun _ -> None), [])

                let result =
                    get
                        { settings server folder with
                            BaseAddress = Uri address
                        }

                Assert.equal (DownloadError.InsecureAddress address) (error result)

            testCase "nothing is fetched before the licence is accepted"
            <| fun () ->
                use folder = new TestFolder()
                use server = new FileServer((fun _ -> None), [])

                let result =
                    get
                        { settings server folder with
                            LicenseAccepted = false
                        }

                Assert.equal
                    (DownloadError.LicenseNotAccepted("paper-64", "CC-BY-NC-4.0"))
                    (error result)

                Assert.isEmpty server.Requests

            testCase "a cache that cannot be made is told"
            <| fun () ->
                use folder = new TestFolder()
                use server = new FileServer(published, [])
                let file = folder.WriteText("cache", "not a folder")

                match error (get (settings server folder)) with
                | DownloadError.CacheNotWritable(path, _) -> Assert.equal file path
                | other -> failtest (other.Message)
        ]
