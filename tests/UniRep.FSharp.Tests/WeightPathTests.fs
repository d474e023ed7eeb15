module UniRep.Tests.WeightPathTests

open System
open System.Diagnostics
open System.IO
open UniRep
open UniRep.ModelFiles
open UniRep.Tests.WeightFileTests
open Expecto
open UniRep.Testing

let private safetensors (folder: TestFolder) name =
    let path = folder.Path name
    Assert.equal (Ok()) (WeightFile.save path (Waves.weights 5 1))
    path

[<Tests>]
let tests =
    testList
        "WeightPathTests"
        [
            testTheory
                "what is something else than weights is named, whatever the file is called"
                [
                    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
                    "git lfs pull"
                    "\n <!DOCTYPE html><html>not found</html>", "a web page"
                    "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>",
                    "a web page or XML"
                    "PK\003\004\020\000\000\000", "a zip archive"
                    "\031\139\008\000\000\000\000\000", "a gzip file"
                    "\137HDF\r\n\026\n", "an HDF5 file"
                ]
            <| fun (content: string, expected) ->
                use folder = new TestFolder()
                let bytes = PickleExamples.ascii content

                for name in [ "it"; "it.pkl"; "it.safetensors" ] do
                    Assert.contains expected (message (folder.WriteBytes(name, bytes)))

                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)
                File.WriteAllBytes(Path.Combine(path, "rnn_mlstm_mlstm_wh:0.npy"), bytes)
                let text = message path
                Assert.contains expected text
                Assert.contains "rnn_mlstm_mlstm_wh:0.npy" text

            testCase "a text and a single array are named"
            <| fun () ->
                use folder = new TestFolder()

                Assert.contains
                    "a text"
                    (message (folder.WriteText("model.safetensors", "hello, this is text")))

                Assert.contains
                    "protocol 2 to 5"
                    (message (folder.WriteText("model.pkl", "(lp0\nI1\na.")))

                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)

                Assert.contains
                    "give the folder that holds all arrays"
                    (message (Path.Combine(path, "embed_matrix:0.npy")))

            testCase "a folder with two models names both and takes neither"
            <| fun () ->
                use folder = new TestFolder()
                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)

                File.Copy(
                    safetensors folder "one.safetensors",
                    Path.Combine(path, "one.safetensors")
                )

                Assert.contains "more than one model (.npy files, one.safetensors)" (message path)

                let path = Directory.CreateDirectory(folder.Path "two").FullName
                File.Copy(folder.Path "one.safetensors", Path.Combine(path, "b.safetensors"))
                File.Copy(folder.Path "one.safetensors", Path.Combine(path, "model.safetensors"))
                Assert.equal (fingerprint 5 1) (WeightFile.fingerprint (loaded path).Weights)
                File.WriteAllBytes(Path.Combine(path, "a.pkl"), [| 0uy |])

                Assert.contains
                    "more than one model (a.pkl, b.safetensors, model.safetensors)"
                    (message path)

            testCase "an array whose only file is empty is named"
            <| fun () ->
                use folder = new TestFolder()
                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)
                let file = Path.Combine(path, "rnn_mlstm_mlstm_wh:0.npy")
                File.WriteAllBytes(file, [||])
                Assert.startsWith $"{file}: empty" (message path)

            testCase "links that lead nowhere or in a circle are told"
            <| fun () ->
                use folder = new TestFolder()
                File.CreateSymbolicLink(folder.Path "dead", folder.Path "gone") |> ignore

                Assert.contains
                    "a symbolic link that leads to no file"
                    (message (folder.Path "dead"))

                File.CreateSymbolicLink(folder.Path "loop", folder.Path "loop") |> ignore
                Assert.contains "link" (message (folder.Path "loop"))

                match WeightStore.resolve (folder.Path "loop") with
                | Error(WeightStoreError.Unreadable _) -> ()
                | other -> failtest $"%A{other}"

                File.CreateSymbolicLink(folder.Path "link", safetensors folder "real.safetensors")
                |> ignore

                Assert.equal
                    (fingerprint 5 1)
                    (WeightFile.fingerprint (loaded (folder.Path "link")).Weights)

            testCase "a pipe is refused without waiting for it"
            <| fun () ->
                if OperatingSystem.IsWindows() then
                    skiptest "Windows has no named pipes in folders"

                use folder = new TestFolder()
                use made = Process.Start("mkfifo", folder.Path "pipe")
                made.WaitForExit()
                Assert.contains "a pipe" (message (folder.Path "pipe"))

                File.CreateSymbolicLink(folder.Path "link.safetensors", folder.Path "pipe")
                |> ignore

                Assert.contains "a pipe" (message (folder.Path "link.safetensors"))
                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)
                let file = Path.Combine(path, "embed_matrix:0.npy")
                File.Delete file
                File.CreateSymbolicLink(file, folder.Path "pipe") |> ignore
                Assert.contains "a pipe" (message path)
                Assert.contains "device" (message "/dev/null")
                Assert.contains "device" (message "/dev/zero")

            testCase "an array that promises more than its file holds takes no memory"
            <| fun () ->
                use folder = new TestFolder()
                let path = published folder 1 ":0.npy" (Waves.tensors 5 1)
                let file = Path.Combine(path, "rnn_mlstm_mlstm_wh:0.npy")
                File.WriteAllBytes(file, Formats.Npy.header "<f4" [ 40_000L; 10_000L ])
                let before = GC.GetAllocatedBytesForCurrentThread()
                Assert.contains "1600000000 bytes expected, 0 found" (message path)
                Assert.isBetween 0L 20_000_000L (GC.GetAllocatedBytesForCurrentThread() - before)

                // A file of holes is as long as it says, but not as long as the header says.
                use stream = new FileStream(file, FileMode.Open)
                stream.SetLength 1_000_000_000L
                stream.Dispose()
                let before = GC.GetAllocatedBytesForCurrentThread()
                Assert.contains "1600000000 bytes expected" (message path)
                Assert.isBetween 0L 20_000_000L (GC.GetAllocatedBytesForCurrentThread() - before)

            testCase "what a killed run has left of the same file is removed, and nothing else"
            <| fun () ->
                use folder = new TestFolder()
                let id = String.replicate 32 "0"
                let other = String.replicate 32 "1"
                folder.WriteText($".it.safetensors.{id}.partial", "cut off") |> ignore
                folder.WriteText($".other.safetensors.{id}.partial", "cut off") |> ignore
                folder.WriteText(".it.safetensors.mine.partial", "mine") |> ignore
                use held = File.Create(folder.Path $".it.safetensors.{other}.partial")
                safetensors folder "it.safetensors" |> ignore

                Assert.equal
                    [
                        $".it.safetensors.{other}.partial"
                        ".it.safetensors.mine.partial"
                        $".other.safetensors.{id}.partial"
                        "it.safetensors"
                    ]
                    folder.Names
        ]
