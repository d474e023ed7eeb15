module UniRep.Tests.WeightSavingTests

open System
open System.IO
open System.IO.Compression
open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open UniRep.Tests.WeightFileTests
open Expecto
open UniRep.Testing

/// Bits that text and rounding would lose: the sign of zero, the smallest and the largest numbers.
let private weights =
    let tensors = Waves.tensors 5 2

    let odd =
        { tensors["embed"] with
            Values =
                tensors["embed"].Values
                |> Array.mapi (fun k value ->
                    match k with
                    | 0 -> -0f
                    | 1 -> Single.Epsilon
                    | 2 -> -1e-39f
                    | _ -> value)
        }

    match Weights.ofTensors (Waves.weights 5 2).Card (Map.add "embed" odd tensors) with
    | Ok weights -> weights
    | Error errors -> invalidOp errors.Head.Message

/// The files of an archive by their names.
let private entries path =
    use zip = ZipFile.OpenRead path

    [
        for entry in zip.Entries do
            use source = entry.Open()
            use target = new MemoryStream()
            source.CopyTo target
            entry.FullName, entry.CompressedLength = entry.Length, target.ToArray()
    ]

let private done' (result: Result<unit, WeightFileError>) = Assert.equal (Ok()) result

[<Tests>]
let tests =
    testList
        "WeightSavingTests"
        [
            testCase "an archive holds each array as NumPy stores it"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "model_weights.npz"
                done' (WeightFile.saveNpz path weights)

                Assert.equal
                    [ for key, tensor in JaxNpz.entries weights -> $"{key}.npy", true, npy tensor ]
                    (entries path)

                let first = File.ReadAllBytes path
                done' (WeightFile.saveNpz path weights)
                Assert.equal first (File.ReadAllBytes path)
                Assert.equal [ "model_weights.npz" ] folder.Names

            testCase "arrays keep every bit from layout to layout"
            <| fun () ->
                use folder = new TestFolder()
                let bits path = (loaded path).Fingerprint.Value
                let original = WeightFile.fingerprint weights
                let first, second = folder.Path "first.npz", folder.Path "second.npz"
                let safetensors, npy = folder.Path "a.safetensors", folder.Path "npy"
                done' (WeightFile.saveNpz first weights)
                done' (WeightFile.save safetensors (loaded first).Weights)
                done' (WeightFile.saveNpyFolder false npy (loaded safetensors).Weights)
                done' (WeightFile.saveNpz second (loaded npy).Weights)

                for path in [ first; safetensors; npy; second ] do
                    Assert.equal original (bits path)

                Assert.equal (File.ReadAllBytes first) (File.ReadAllBytes second)

            testTheory "a folder has the authors' file names" [ 1; 3 ]
            <| fun layers ->
                if OperatingSystem.IsWindows() then
                    skiptest "Windows has no file names with a colon"

                use folder = new TestFolder()
                let tensors = Waves.tensors 5 layers

                for withColon, ending in [ true, ":0.npy"; false, "_0.npy" ] do
                    let path = folder.Path $"folder{withColon}"
                    done' (WeightFile.saveNpyFolder withColon path (Waves.weights 5 layers))

                    Assert.equal
                        ([
                            for KeyValue(name, tensor) in tensors ->
                                variable layers name + ending, npy tensor
                         ]
                         |> List.sortBy fst)
                        ([
                            for file in Directory.GetFiles path ->
                                string (Path.GetFileName file), File.ReadAllBytes file
                         ]
                         |> List.sortBy fst)

            testCase "a folder must be new or empty"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "model"
                Directory.CreateDirectory path |> ignore
                // The separator at the end does not belong to the name.
                done' (WeightFile.saveNpyFolder false $"{path}/" (Waves.weights 5 1))
                let names = Directory.GetFileSystemEntries path
                Assert.equal 12 names.Length

                Assert.equal
                    (Error(WeightFileError.FolderNotEmpty path))
                    (WeightFile.saveNpyFolder false path (Waves.weights 5 1))

                Assert.equal names (Directory.GetFileSystemEntries path)
                Assert.equal [] folder.Names
                Assert.equal 1 ((Directory.GetDirectories(folder.Path "")).Length)

            testCase "a folder that cannot be made is told"
            <| fun () ->
                use folder = new TestFolder()
                let file = folder.WriteText("file", "")
                let path = Path.Combine(file, "model")

                match WeightFile.saveNpyFolder false path (Waves.weights 5 1) with
                | Error(WeightFileError.NoAccess(told, _)) -> Assert.equal path told
                | other -> failtest $"%A{other}"

                match WeightFile.saveNpyFolder false file (Waves.weights 5 1) with
                | Error(WeightFileError.NoAccess(told, _)) -> Assert.equal file told
                | other -> failtest $"%A{other}"

                Assert.equal [ "file" ] folder.Names
                Assert.isEmpty (Directory.GetDirectories(folder.Path ""))

            testCase "folders that killed runs have left are removed, and no others"
            <| fun () ->
                use folder = new TestFolder()

                let left (name: string) hasLock =
                    let path = Directory.CreateDirectory(folder.Path name).FullName
                    File.WriteAllText(Path.Combine(path, "embed_matrix_0.npy"), "cut off")

                    if hasLock then
                        File.WriteAllText(Path.Combine(path, ".lock"), "")

                    name

                let id, other = String.replicate 32 "0", String.replicate 32 "1"
                let dead = left $".model.{id}.partial" true
                let others = [ left $".other.{id}.partial" true; left ".model.mine.partial" true ]
                let alive = left $".model.{other}.partial" true

                use _ =
                    new FileStream(
                        Path.Combine(folder.Path alive, ".lock"),
                        FileMode.Open,
                        FileAccess.Write,
                        FileShare.None
                    )

                done' (WeightFile.saveNpyFolder false (folder.Path "model") (Waves.weights 5 1))
                Assert.isFalse (Directory.Exists(folder.Path dead))

                for name in ("model" :: alive :: others) do
                    Assert.isTrue (Directory.Exists(folder.Path name))

            testCase "a file that cannot be written leaves nothing"
            <| fun () ->
                use folder = new TestFolder()
                let path = Directory.CreateDirectory(folder.Path "model.npz").FullName
                File.WriteAllText(Path.Combine(path, "mine"), "precious")

                match WeightFile.saveNpz path (Waves.weights 5 1) with
                | Error(WeightFileError.NoAccess(told, _)) -> Assert.equal path told
                | other -> failtest $"%A{other}"

                Assert.isEmpty folder.Names
        ]
