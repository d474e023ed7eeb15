module UniRep.Tests.RefusedOutputTests

open System
open System.IO
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

/// Why an output cannot be opened, and how that is told.
let refusal path format content overwrite =
    match RepFile.create (Some path) Stream.Null format content 3 overwrite with
    | Ok writer ->
        (writer :> IDisposable).Dispose()
        invalidOp "it can be opened"
    | Error error -> error, error.Message

[<Tests>]
let tests =
    testList
        "RefusedOutputTests"
        [
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
