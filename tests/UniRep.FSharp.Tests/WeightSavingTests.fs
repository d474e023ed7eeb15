module UniRep.Tests.WeightSavingTests

open System
open System.IO
open System.IO.Compression
open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open UniRep.Tests.WeightFileTests
open Xunit

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

let private done' (result: Result<unit, WeightFileError>) = Assert.Equal(Ok(), result)

[<Fact>]
let ``an archive holds each array as NumPy stores it`` () =
    use folder = new TestFolder()
    let path = folder.Path "model_weights.npz"
    done' (WeightFile.saveNpz path weights)

    Assert.Equal<(string * bool * byte[]) list>(
        [ for key, tensor in JaxNpz.entries weights -> $"{key}.npy", true, npy tensor ],
        entries path
    )

    let first = File.ReadAllBytes path
    done' (WeightFile.saveNpz path weights)
    Assert.Equal<byte[]>(first, File.ReadAllBytes path)
    Assert.Equal<string list>([ "model_weights.npz" ], folder.Names)

[<Fact>]
let ``arrays keep every bit from layout to layout`` () =
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
        Assert.Equal(original, bits path)

    Assert.Equal<byte[]>(File.ReadAllBytes first, File.ReadAllBytes second)

[<Theory>]
[<InlineData(1)>]
[<InlineData(3)>]
let ``a folder has the authors' file names`` layers =
    Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file names with a colon")
    use folder = new TestFolder()
    let tensors = Waves.tensors 5 layers

    for withColon, ending in [ true, ":0.npy"; false, "_0.npy" ] do
        let path = folder.Path $"folder{withColon}"
        done' (WeightFile.saveNpyFolder withColon path (Waves.weights 5 layers))

        Assert.Equal<(string * byte[]) list>(
            [
                for KeyValue(name, tensor) in tensors -> variable layers name + ending, npy tensor
            ]
            |> List.sortBy fst,
            [
                for file in Directory.GetFiles path ->
                    string (Path.GetFileName file), File.ReadAllBytes file
            ]
            |> List.sortBy fst
        )

[<Fact>]
let ``a folder must be new or empty`` () =
    use folder = new TestFolder()
    let path = folder.Path "model"
    Directory.CreateDirectory path |> ignore
    // The separator at the end does not belong to the name.
    done' (WeightFile.saveNpyFolder false $"{path}/" (Waves.weights 5 1))
    let names = Directory.GetFileSystemEntries path
    Assert.Equal(12, names.Length)

    Assert.Equal(
        Error(WeightFileError.FolderNotEmpty path),
        WeightFile.saveNpyFolder false path (Waves.weights 5 1)
    )

    Assert.Equal<string[]>(names, Directory.GetFileSystemEntries path)
    Assert.Equal<string list>([], folder.Names)
    Assert.Equal(1, (Directory.GetDirectories(folder.Path "")).Length)

[<Fact>]
let ``a folder that cannot be made is told`` () =
    use folder = new TestFolder()
    let file = folder.WriteText("file", "")
    let path = Path.Combine(file, "model")

    match WeightFile.saveNpyFolder false path (Waves.weights 5 1) with
    | Error(WeightFileError.NoAccess(told, _)) -> Assert.Equal(path, told)
    | other -> Assert.Fail $"%A{other}"

    match WeightFile.saveNpyFolder false file (Waves.weights 5 1) with
    | Error(WeightFileError.NoAccess(told, _)) -> Assert.Equal(file, told)
    | other -> Assert.Fail $"%A{other}"

    Assert.Equal<string list>([ "file" ], folder.Names)
    Assert.Empty(Directory.GetDirectories(folder.Path ""))

[<Fact>]
let ``folders that killed runs have left are removed, and no others`` () =
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
    Assert.False(Directory.Exists(folder.Path dead))

    Assert.All(
        "model" :: alive :: others,
        fun name -> Assert.True(Directory.Exists(folder.Path name))
    )

[<Fact>]
let ``a file that cannot be written leaves nothing`` () =
    use folder = new TestFolder()
    let path = Directory.CreateDirectory(folder.Path "model.npz").FullName
    File.WriteAllText(Path.Combine(path, "mine"), "precious")

    match WeightFile.saveNpz path (Waves.weights 5 1) with
    | Error(WeightFileError.NoAccess(told, _)) -> Assert.Equal(path, told)
    | other -> Assert.Fail $"%A{other}"

    Assert.Empty folder.Names
