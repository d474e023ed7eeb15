module UniRep.Tests.EmbeddingRecordTests

open System
open System.Collections.Generic
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private table = "id,sequence,score\na,MKT,0.5\nb,GG,NA\nc,MKTAYIAKQRQ,2\n"

let private sequences =
    [ "a", "MKT"; "b", "GG"; "c", "MKTAYIAKQRQ" ]
    |> List.map (fun (id, letters) -> id, Sequence.parse letters |> Result.orRaise)

let private records = List.map SequenceRecord.ofSequence sequences

let private requested input output =
    Embedding.request input output |> Result.orRaise

[<Tests>]
let tests =
    testList
        "EmbeddingRecordTests"
        [
            testCase
                "records become the same file as the table that they come from, in every format"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let path = folder.WriteText("in.csv", table)
                let rows = (SequenceTable.load path |> Result.orRaise).Records

                let embedded input keep name =
                    let request = requested input (folder.Path name)

                    let request = { request with Reading.Keep = keep }

                    let summary = Embedding.embed RunOptions.none model request |> Result.orRaise
                    summary.Input, File.ReadAllBytes(folder.Path name)

                for format in OutputFormat.all do
                    let extension = format.Extensions.Head

                    let file =
                        embedded
                            (EmbeddingInput.File path)
                            (Some Keep.Everything)
                            $"file{extension}"

                    let atHand =
                        embedded (EmbeddingInput.Records("rows", rows)) None $"rows{extension}"

                    Assert.equal file atHand

            testCase "sequences with ids become a file in one call"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend

                match Embedding.records model records (folder.Path "out.csv") with
                | Error error -> failtest error.Message
                | Ok summary ->
                    Assert.equal 3L summary.Input.Records
                    Assert.equal 16L summary.Input.Residues

                    Assert.equal
                        [| "id,length"; "a,3"; "b,2"; "c,11" |]
                        (File.ReadAllLines(folder.Path "out.csv")
                         |> Array.map (fun line ->
                             line.Split ',' |> Array.take 2 |> String.concat ","))

            testCase "records in memory are checked before, others are read once"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let reads = ref 0

                let lazily =
                    seq {
                        for record in records do
                            reads.Value <- reads.Value + 1
                            record
                    }

                let check records =
                    requested (EmbeddingInput.Records("them", records)) (folder.Path "out.csv")
                    |> Embedding.check CancellationToken.None
                    |> Result.orRaise

                use atHand = check records
                Assert.equal 3L atHand.Summary.Value.Records
                use once = check lazily
                Assert.equal None once.Summary
                Assert.equal 0 reads.Value

                let summary =
                    Embedding.records model lazily (folder.Path "out.csv") |> Result.orRaise

                Assert.equal 3L summary.Input.Records
                Assert.equal 3 reads.Value

            testCase "without a record there is nothing to embed"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend

                let none: SequenceRecord seq list = [ [||]; Seq.filter (fun _ -> false) records ]

                for records in none do
                    match Embedding.records model records (folder.Path "out.npz") with
                    | Error error ->
                        Assert.equal "the records: there is no record in it" error.Message
                        Assert.isEmpty folder.Names
                    | Ok _ -> failtest "nothing was embedded"

            testCase "records with other columns than the first are a mistake of the program"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let path = folder.WriteText("in.csv", table)
                let rows = (SequenceTable.load path |> Result.orRaise).Records

                let mixes: SequenceRecord seq list =
                    [ Array.append rows (Array.ofList records); Seq.append rows records ]

                for mixed in mixes do
                    let mistake =
                        Assert.throws<ArgumentException>(fun () ->
                            Embedding.records model mixed (folder.Path "out.npz") |> ignore)

                    Assert.startsWith
                        "record 'a' has other columns than the first record"
                        mistake.Message

                    Assert.equal [ "in.csv" ] folder.Names

            testCase "progress counts the residues of records, and cancelling leaves nothing"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let counts = List<int64>()

                let progress =
                    { new IProgress<int64> with
                        member _.Report residues = counts.Add residues
                    }

                let embed options =
                    requested (EmbeddingInput.Records("them", records)) (folder.Path "out.npz")
                    |> Embedding.embed options model

                let cancelled = RunOptions.cancelledBy (CancellationToken true)

                Assert.throws<OperationCanceledException>(fun () -> embed cancelled |> ignore)
                |> ignore

                Assert.isEmpty folder.Names

                embed
                    { RunOptions.none with
                        Progress = Some progress
                    }
                |> Result.orRaise
                |> ignore

                Assert.equal 16L (counts[counts.Count - 1])

            testCase "an exception of the caller's records is not blamed on the output"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend

                let broken =
                    seq {
                        yield! records
                        raise (IOException "the network is gone")
                    }

                let raised =
                    Assert.throws<IOException>(fun () ->
                        Embedding.records model broken (folder.Path "out.csv") |> ignore)

                Assert.equal "the network is gone" raised.Message
                Assert.isEmpty folder.Names
        ]
