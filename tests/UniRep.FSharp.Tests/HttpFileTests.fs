module UniRep.Tests.HttpFileTests

open System
open System.IO
open System.Threading
open UniRep.ModelFiles
open Expecto
open UniRep.Testing

let private file = Array.init 5_000 byte

let private limits: HttpFile.Limits =
    {
        Patience = TimeSpan.FromSeconds 20.0
        MinimalRate = 1L
    }

/// Makes one attempt at a file of which some bytes are there; gives its outcome and what is there then.
let private attempt limits answers (there: byte[]) =
    use folder = new TestFolder()
    use server = new FileServer((fun _ -> Some file), answers)
    use client = HttpFile.client ()
    let partial = folder.WriteBytes("file.partial", there)

    let outcome =
        HttpFile.attempt
            client
            limits
            (Uri(Uri $"{server.Address}", "file"))
            (Some file.LongLength)
            partial
            ignore
            CancellationToken.None

    outcome, File.ReadAllBytes partial, server.Requests

[<Tests>]
let tests =
    testList
        "HttpFileTests"
        [
            testCase "a whole file is complete"
            <| fun () ->
                let outcome, found, _ = attempt limits [] [||]
                Assert.equal HttpFile.Attempt.Complete outcome
                Assert.equal file found

            testCase "only what is missing is asked for"
            <| fun () ->
                let outcome, found, requests = attempt limits [] file[..1_999]
                Assert.equal HttpFile.Attempt.Complete outcome
                Assert.equal file found
                Assert.endsWith " from 2000" (Assert.single requests)

            testCase "a server that sends the whole file instead of the rest starts over"
            <| fun () ->
                let outcome, found, _ = attempt limits [ Whole ] file[..1_999]
                Assert.equal HttpFile.Attempt.Complete outcome
                Assert.equal file found

            testCase "a connection that closes early keeps what came"
            <| fun () ->
                let outcome, found, _ = attempt limits [ Cut 100 ] [||]

                Assert.equal (HttpFile.Attempt.BrokenOff "the connection was closed early") outcome

                Assert.equal file[..99] found

            testCase "another part than was asked for is thrown away with what was there"
            <| fun () ->
                let outcome, found, _ = attempt limits [ WrongPart ] file[..1_999]

                Assert.equal
                    (HttpFile.Attempt.BrokenOff "the server sent another part than was asked for")
                    outcome

                Assert.isEmpty found

            testCase "a status of the server may pass, one of the request does not"
            <| fun () ->
                let broken, _, _ = attempt limits [ Status 503 ] [||]
                Assert.equal (HttpFile.Attempt.BrokenOff "HTTP status 503") broken
                let denied, _, _ = attempt limits [ Status 404 ] [||]
                Assert.equal (HttpFile.Attempt.Denied 404) denied

            testCase "a redirect to an address that is not safe is not followed"
            <| fun () ->
                let outcome, _, _ = attempt limits [ Redirect "http://example.org/file" ] [||]

                Assert.equal
                    (HttpFile.Attempt.Misdirected(
                        "http://example.org/file",
                        "redirects are followed to https addresses only"
                    ))
                    outcome

            testCase "a server that sends nothing more ends the attempt"
            <| fun () ->
                let hasty =
                    { limits with
                        Patience = TimeSpan.FromSeconds 1.0
                    }

                match attempt hasty [ Stall ] [||] with
                | HttpFile.Attempt.BrokenOff reason, _, _ ->
                    Assert.contains "no answer within" reason
                | outcome, _, _ -> failtest $"{outcome}"

            testCase "plain HTTP is allowed on this machine alone"
            <| fun () ->
                Assert.isTrue (HttpFile.isAllowed (Uri "https://example.org/a"))
                Assert.isTrue (HttpFile.isAllowed (Uri "http://127.0.0.1:8080/a"))
                Assert.isFalse (HttpFile.isAllowed (Uri "http://example.org/a"))
                Assert.isFalse (HttpFile.isAllowed (Uri "ftp://example.org/a"))
        ]
