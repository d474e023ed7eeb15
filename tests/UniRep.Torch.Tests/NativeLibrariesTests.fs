module UniRep.Tests.NativeLibrariesTests

open System
open System.IO
open System.Runtime.InteropServices
open System.Threading.Tasks
open UniRep
open Xunit

/// TorchSharp's library for Linux, as its package has it.
let private torchSharp () =
    Assert.SkipUnless(OperatingSystem.IsLinux(), "only the library for Linux asks for versions")
    let system = LibraryFolders.system () |> Result.orRaise

    let assembly =
        string (Path.GetDirectoryName typeof<TorchSharp.torch>.Assembly.Location)

    match
        LibraryFolders.ofTorchSharp system assembly "0.107.0"
        |> LibraryFolders.tryFind "libLibTorchSharp.so"
    with
    | Some folder -> Path.Combine(folder, "libLibTorchSharp.so")
    | None -> invalidOp "TorchSharp's library is not there"

let private made folder library =
    RelaxedCopy.make folder library |> Result.orRaise

[<Fact>]
let ``the copy of TorchSharp's library differs from it in two bytes`` () =
    use folder = new TestFolder()
    let library = torchSharp ()
    let copy, isNew = made (folder.Path "native") library
    let before, after = File.ReadAllBytes library, File.ReadAllBytes copy
    Assert.True isNew
    Assert.Equal(before.Length, after.Length)
    Assert.Equal(2, Array.fold2 (fun n a b -> if a = b then n else n + 1) 0 before after)

[<Fact>]
let ``the copy loads on this system`` () =
    TorchTestModels.require ()
    use folder = new TestFolder()
    let copy, _ = made (folder.Path "native") (torchSharp ())
    Assert.NotEqual(0n, NativeLibrary.Load copy)

[<Fact>]
let ``a copy that is there is used again, and a damaged one is replaced`` () =
    use folder = new TestFolder()
    let library = torchSharp ()
    let first, _ = made (folder.Path "native") library
    let right = File.ReadAllBytes first
    Assert.Equal((first, false), made (folder.Path "native") library)
    File.WriteAllBytes(first, right[..999])
    Assert.Equal((first, true), made (folder.Path "native") library)
    Assert.Equal<byte[]>(right, File.ReadAllBytes first)

[<Fact>]
let ``copies that are made at the same time do not disturb each other`` () =
    use folder = new TestFolder()
    let library = torchSharp ()
    let paths = Array.zeroCreate<string> 8

    Parallel.For(0, 8, fun at -> paths[at] <- fst (made (folder.Path "native") library))
    |> ignore

    Assert.Single(Array.distinct paths) |> ignore

    Assert.Single(Directory.GetFiles(string (Path.GetDirectoryName paths[0])))
    |> ignore

[<Fact>]
let ``a copy that cannot be made is an error`` () =
    use folder = new TestFolder()
    let file = folder.WriteText("native", "a file where the folder should be")
    let library = torchSharp ()

    match RelaxedCopy.make file library with
    | Error(TorchError.SystemTooOld(path, _)) -> Assert.Equal(library, path)
    | other -> Assert.Fail $"%A{other}"

    match RelaxedCopy.make (folder.Path "other") file with
    | Error(TorchError.SystemTooOld(_, reason)) -> Assert.Equal(ElfError.NotElf.Message, reason)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a folder without libtorch is an error that names file and folder`` () =
    use folder = new TestFolder()
    let here = folder.Path "."

    match
        Torch.tryLoad
            { TorchTestModels.options with
                Libraries = Some here
            }
    with
    | Error(TorchError.LibraryMissing(library, folders) as error) ->
        Assert.Equal<string list>([ here ], folders)
        Assert.Equal(LibraryFolders.fileOf "torch_cpu", library)
        Assert.Equal($"{library} was not found (looked in {here})", error.Message)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``the backend says how to get libtorch`` () =
    use folder = new TestFolder()

    let backend =
        Torch.backendWith
            { TorchTestModels.options with
                Libraries = Some(folder.Path ".")
            }

    match backend.Infer(Waves.weights 5 1) with
    | Error(BackendError.Unavailable("torch", reason)) ->
        Assert.Contains("dotnet package download libtorch-cpu-", reason)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a process does not take a second libtorch`` () =
    TorchTestModels.require ()
    use folder = new TestFolder()
    folder.WriteText(LibraryFolders.fileOf "torch_cpu", "never loaded") |> ignore

    match
        Torch.tryLoad
            { TorchTestModels.options with
                Libraries = Some(folder.Path ".")
            }
    with
    | Error(TorchError.AnotherInUse(path, _)) ->
        Assert.Equal(Path.GetFullPath(folder.Path "."), path)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a libtorch for the CPU has no GPU`` () =
    TorchTestModels.require ()

    match Torch.tryLoad (TorchOptions.on (TorchDevice.Cuda 0)) with
    | Error(TorchError.NoCuda _ as error) -> Assert.Contains("-p:UniRepTorch=cuda", error.Message)
    | Error(TorchError.NoDevice _)
    | Ok _ -> Assert.Skip "this libtorch is built with CUDA"
    | Error other -> Assert.Fail other.Message

[<Fact>]
let ``the tests download the version that TorchSharp is built for`` () =
    let properties = File.ReadAllText(TestFiles.repositoryPath "eng/libtorch.props")
    Assert.Contains($"<LibtorchVersion>{Libtorch.version}</LibtorchVersion>", properties)
    Assert.Equal($"{Libtorch.version}.0", TorchSharp.torch.__version__)
