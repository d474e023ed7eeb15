module UniRep.Tests.WeightServerTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Tests.WeightDownloadTests
open Expecto
open UniRep.Testing

let private first = "/64_weights/embed_matrix:0.npy"

let private fetching (answers: Answer list) check =
    folderOfModel.Value |> ignore
    use folder = new TestFolder()
    use server = new FileServer(published, answers)
    check (settings server folder) server

[<Tests>]
let tests =
    testList
        "WeightServerTests"
        [
            testCase
                "a redirect to this machine is followed from this machine, and asks for the same part"
            <| fun () ->
                folderOfModel.Value |> ignore
                use other = new FileServer(published, [])
                use folder = new TestFolder()
                let target = $"{other.Address}64_weights/embed_matrix%%3A0.npy"

                use server =
                    new FileServer(
                        published,
                        [
                            Cut 100
                            Redirect target
                            Redirect "/64_weights/fully_connected_biases%3A0.npy"
                        ]
                    )

                get (settings server folder) |> assertIsModel
                Assert.equal [ $"{first} from 100" ] other.Requests

                Assert.equal
                    ([ first; $"{first} from 100" ]
                     @ List.replicate 2 "/64_weights/fully_connected_biases:0.npy")
                    (List.truncate 4 server.Requests)

            testTheory
                "a redirect to an address that is not safe is not followed"
                [
                    "http://example.org/weights"
                    "ftp://127.0.0.1/weights"
                    "file:///etc/passwd"
                    "//example.org/weights"
                ]
            <| fun (target: string) ->
                fetching [ Redirect target ] (fun settings server ->
                    match error (get settings) with
                    | DownloadError.UnsafeRedirect(_, _, reason) as found ->
                        Assert.contains "https" reason
                        Assert.contains "redirects to" found.Message
                    | other -> failtest (other.Message)

                    Assert.single server.Requests |> ignore)

            testCase "a redirect that names no address is told"
            <| fun () ->
                fetching [ Redirect "" ] (fun settings _ ->
                    match error (get settings) with
                    | DownloadError.UnsafeRedirect _ -> ()
                    | other -> failtest (other.Message))

            testCase "redirects without end are given up"
            <| fun () ->
                fetching (List.replicate 20 (Redirect first)) (fun settings server ->
                    match error (get settings) with
                    | DownloadError.UnsafeRedirect(_, _, reason) ->
                        Assert.contains "more than 5" reason
                    | other -> failtest (other.Message)

                    Assert.equal 6 server.Requests.Length)

            testCase "a server that drips is given up with what to do, and resumed later"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()

                let failed, fetched =
                    use server = new FileServer(published, [ Drip 10; Drip 10 ])

                    let failed =
                        get
                            { settings server folder with
                                Patience = TimeSpan.FromMilliseconds 300.0
                                MinimalRate = 100_000L
                            }

                    error failed, server.Requests.Length

                Assert.equal 2 fetched

                match failed with
                | DownloadError.TooSlow(_, 100_000L) ->
                    Assert.contains "fewer than 100,000 bytes a second" failed.Message
                    Assert.contains "the next attempt resumes" failed.Message
                | other -> failtest (other.Message)

                use server = new FileServer(published, [])
                get (settings server folder) |> assertIsModel
                Assert.startsWith $"{first} from " (List.head server.Requests)

            testCase "a download that takes too long as a whole is given up"
            <| fun () ->
                fetching [ Stall ] (fun settings _ ->
                    let settings =
                        { settings with
                            Limit = TimeSpan.FromMilliseconds 300.0
                        }

                    Assert.equal
                        (DownloadError.NotFinished("paper-64", settings.Limit))
                        (error (get settings)))

            testCase "another part than was asked for is not appended"
            <| fun () ->
                fetching [ Cut 1000; WrongPart; Well ] (fun settings server ->
                    get settings |> assertIsModel

                    Assert.equal
                        [ first; $"{first} from 1000"; first ]
                        (List.truncate 3 server.Requests))

            testCase "a file without end is cut off at the size published"
            <| fun () ->
                fetching [ Endless; Endless ] (fun settings server ->
                    match error (get settings) with
                    | DownloadError.WrongContent(_, expected, _) ->
                        Assert.equal "1120 bytes" expected
                    | other -> failtest (other.Message)

                    // The buffers of two connections may have taken a few megabytes.
                    Assert.isBetween 0L 64_000_000L server.Endless)

            testCase "a part that is longer than the file is fetched anew"
            <| fun () ->
                fetching [] (fun settings server ->
                    let unfinished =
                        Directory.CreateDirectory(Path.Combine(settings.Cache, "paper-64.partial"))

                    let partial = Path.Combine(unfinished.FullName, "embed_matrix_0.npy.partial")
                    File.WriteAllBytes(partial, Array.zeroCreate 2000)
                    get settings |> assertIsModel
                    Assert.equal first (List.head server.Requests))

            testCase "a web page in the place of a file is told"
            <| fun () ->
                folderOfModel.Value |> ignore
                use folder = new TestFolder()
                let page = "<html>please sign in</html>"B
                use server = new FileServer((fun _ -> Some page), [])

                match error (get (settings server folder)) with
                | DownloadError.WrongContent(_, "1120 bytes", "27 bytes, a web page") -> ()
                | other -> failtest (other.Message)

            testCase "a full disk is told"
            <| fun () ->
                if not (File.Exists "/dev/full") then
                    skiptest "only Linux has a disk that is always full"

                fetching [] (fun settings _ ->
                    let unfinished =
                        Directory.CreateDirectory(Path.Combine(settings.Cache, "paper-64.partial"))

                    let partial = Path.Combine(unfinished.FullName, "embed_matrix_0.npy.partial")
                    File.CreateSymbolicLink(partial, "/dev/full") |> ignore

                    match error (get settings) with
                    | DownloadError.CacheNotWritable(path, reason) as found ->
                        Assert.equal settings.Cache path
                        Assert.contains "No space left" reason
                        Assert.contains "XDG_CACHE_HOME" found.Message
                    | other -> failtest (other.Message))

            testCase "several runs at once fetch the model once"
            <| fun () ->
                fetching [] (fun settings server ->
                    let told = ref 0

                    let settings =
                        { settings with
                            Notify = fun _ -> Interlocked.Increment told |> ignore
                        }

                    let results = Array.zeroCreate 4

                    let threads =
                        Array.init 4 (fun index ->
                            Thread(fun () -> results[index] <- Some(get settings)))

                    threads |> Array.iter _.Start()
                    threads |> Array.iter _.Join()

                    for result in results do
                        result |> Option.iter assertIsModel
                        Assert.isTrue result.IsSome

                    Assert.equal 39 server.Requests.Length
                    Assert.isBetween 0 3 told.Value)

            testCase "a run that waits for another says so, and ends when its time is up"
            <| fun () ->
                fetching [] (fun settings server ->
                    Directory.CreateDirectory settings.Cache |> ignore
                    let path = Path.Combine(settings.Cache, "paper-64.lock")

                    use _ =
                        new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None)

                    let told = ResizeArray<string>()

                    let settings =
                        { settings with
                            Notify = told.Add
                            Limit = TimeSpan.FromMilliseconds 300.0
                        }

                    Assert.equal
                        (DownloadError.NotFinished("paper-64", settings.Limit))
                        (error (get settings))

                    Assert.equal
                        "paper-64 is being fetched by another run: waiting for it"
                        (Assert.single told)

                    Assert.isEmpty server.Requests)
        ]
