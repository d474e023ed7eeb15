module UniRep.Tests.NativeLibrariesTests

open System
open System.IO
open System.Runtime.InteropServices
open System.Threading.Tasks
open UniRep
open Expecto
open UniRep.Testing

/// TorchSharp's library for Linux, as its package has it.
let private torchSharp () =
    if not (OperatingSystem.IsLinux()) then
        skiptest "only the library for Linux asks for versions"

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

[<Tests>]
let tests =
    testList
        "NativeLibrariesTests"
        [
            testCase "the copy of TorchSharp's library differs from it in two bytes"
            <| fun () ->
                use folder = new TestFolder()
                let library = torchSharp ()
                let copy, isNew = made (folder.Path "native") library
                let before, after = File.ReadAllBytes library, File.ReadAllBytes copy
                Assert.isTrue isNew
                Assert.equal before.Length after.Length

                Assert.equal
                    2
                    (Array.fold2 (fun n a b -> if a = b then n else n + 1) 0 before after)

            testCase "the copy loads on this system"
            <| fun () ->
                TorchTestModels.require ()
                use folder = new TestFolder()
                let copy, _ = made (folder.Path "native") (torchSharp ())
                Assert.notEqual 0n (NativeLibrary.Load copy)

            testCase "a copy that is there is used again, and a damaged one is replaced"
            <| fun () ->
                use folder = new TestFolder()
                let library = torchSharp ()
                let first, _ = made (folder.Path "native") library
                let right = File.ReadAllBytes first
                Assert.equal (first, false) (made (folder.Path "native") library)
                File.WriteAllBytes(first, right[..999])
                Assert.equal (first, true) (made (folder.Path "native") library)
                Assert.equal right (File.ReadAllBytes first)

            testCase "copies that are made at the same time do not disturb each other"
            <| fun () ->
                use folder = new TestFolder()
                let library = torchSharp ()
                let paths = Array.zeroCreate<string> 8

                Parallel.For(0, 8, fun at -> paths[at] <- fst (made (folder.Path "native") library))
                |> ignore

                Assert.single (Array.distinct paths) |> ignore

                Assert.single (Directory.GetFiles(string (Path.GetDirectoryName paths[0])))
                |> ignore

            testCase "a copy that cannot be made is an error"
            <| fun () ->
                use folder = new TestFolder()
                let file = folder.WriteText("native", "a file where the folder should be")
                let library = torchSharp ()

                match RelaxedCopy.make file library with
                | Error(TorchError.SystemTooOld(path, _)) -> Assert.equal library path
                | other -> failtest $"%A{other}"

                match RelaxedCopy.make (folder.Path "other") file with
                | Error(TorchError.SystemTooOld(_, reason)) ->
                    Assert.equal ElfError.NotElf.Message reason
                | other -> failtest $"%A{other}"

            testCase "a folder without libtorch is an error that names file and folder"
            <| fun () ->
                use folder = new TestFolder()
                let here = folder.Path "."

                match
                    Torch.tryLoad
                        { TorchTestModels.options with
                            Libraries = Some here
                        }
                with
                | Error(TorchError.LibraryMissing(library, folders) as error) ->
                    Assert.equal [ here ] folders
                    Assert.equal (LibraryFolders.fileOf "torch_cpu") library
                    Assert.equal $"{library} was not found (looked in {here})" error.Message
                | other -> failtest $"%A{other}"

            testCase "the backend says how to get libtorch"
            <| fun () ->
                use folder = new TestFolder()

                let backend =
                    Torch.backendWith
                        { TorchTestModels.options with
                            Libraries = Some(folder.Path ".")
                        }

                match backend.Infer(Waves.weights 5 1) with
                | Error(BackendError.Unavailable("torch", reason)) ->
                    Assert.contains "dotnet package download libtorch-cpu-" reason
                | other -> failtest $"%A{other}"

            testCase "a process does not take a second libtorch"
            <| fun () ->
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
                    Assert.equal (Path.GetFullPath(folder.Path ".")) path
                | other -> failtest $"%A{other}"

            testCase "a libtorch for the CPU has no GPU"
            <| fun () ->
                TorchTestModels.require ()

                match Torch.tryLoad (TorchOptions.on (TorchDevice.Cuda 0)) with
                | Error(TorchError.NoCuda _ as error) ->
                    Assert.contains "-p:UniRepTorch=cuda" error.Message
                | Error(TorchError.NoDevice _)
                | Ok _ -> skiptest "this libtorch is built with CUDA"
                | Error other -> failtest other.Message

            testCase "the tests download the version of the documents"
            <| fun () ->
                let properties = File.ReadAllText(TestFiles.repositoryPath "eng/libtorch.props")
                Assert.contains $"<LibtorchVersion>{Libtorch.version}</LibtorchVersion>" properties

            testCase "that version is the one that TorchSharp is built for"
            <| fun () ->
                TorchTestModels.require ()
                Assert.equal $"{Libtorch.version}.0" TorchSharp.torch.__version__
        ]
