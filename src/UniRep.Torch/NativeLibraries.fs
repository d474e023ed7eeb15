namespace UniRep

open System
open System.IO
open System.Runtime.InteropServices
open TorchSharp

/// Loads libtorch and TorchSharp's library, each from the file that is meant: TorchSharp's own way takes any library of the
/// same name that the system has, and writes to standard output when there is none.
[<RequireQualifiedAccess>]
module internal NativeLibraries =
    let private (>>=) result next = Result.bind next result

    let private load (path: string) =
        try
            Ok(NativeLibrary.Load path)
        with
        | :? DllNotFoundException
        | :? BadImageFormatException as error ->
            Error(TorchError.LibraryBroken(path, error.Message))

    let private find name folders =
        let file = LibraryFolders.fileOf name

        match LibraryFolders.tryFind file folders with
        | Some folder -> Ok folder
        | None -> Error(TorchError.LibraryMissing(file, folders))

    [<UnmanagedFunctionPointer(CallingConvention.Cdecl)>]
    type private AbiVersion = delegate of unit -> uint64

    /// Asks a libtorch for its version; libraries before 2.9 have no answer.
    let private versionOf library =
        match NativeLibrary.TryGetExport(library, "aoti_torch_abi_version") with
        | true, address ->
            let version = Marshal.GetDelegateForFunctionPointer<AbiVersion>(address).Invoke()
            let part shift = (version >>> shift) &&& 0xffUL
            $"{part 56}.{part 48}.{part 40}"
        | _ -> "before 2.9"

    /// Loads the libraries of libtorch in the order of their dependencies.
    let private loadLibtorch folder wantsCuda =
        let path name =
            Path.Combine(folder, LibraryFolders.fileOf name)

        let loadIfThere result name =
            result
            >>= fun () ->
                if File.Exists(path name) then
                    load (path name) |> Result.map ignore
                else
                    Ok()

        let checkVersion library =
            match versionOf library with
            | found when found = Libtorch.version -> Ok()
            | found -> Error(TorchError.AnotherVersion(path "torch_cpu", found))

        if wantsCuda && not (File.Exists(path "torch_cuda")) then
            Error(TorchError.NoCuda folder)
        else
            loadIfThere (Ok()) "c10"
            >>= fun () -> load (path "torch_cpu")
            >>= checkVersion
            >>= fun () ->
                (if wantsCuda then
                     [ "c10_cuda"; "torch_cuda"; "torch" ]
                 else
                     [ "torch" ])
                |> List.fold loadIfThere (Ok())

    let private loadTorchSharp log path =
        match load path with
        | Error(TorchError.LibraryBroken(_, reason)) when RelaxedCopy.isCalledFor reason ->
            RelaxedCopy.make (RelaxedCopy.folder ()) path
            >>= fun (copy, isNew) ->
                if isNew then
                    log
                        $"this system's C++ library lacks {RelaxedCopy.version}: made a copy of TorchSharp's library that runs without it, {copy}"

                load copy
        | loaded -> loaded

    let private torchSharpVersion =
        let version = typeof<torch>.Assembly.GetName().Version

        match version with
        | null -> ""
        | version -> version.ToString 3

    /// Loads everything for a libtorch that lies in a folder.
    let private loadAll system folder wantsCuda log =
        let assembly = string (Path.GetDirectoryName(typeof<torch>.Assembly.Location))

        find "LibTorchSharp" (LibraryFolders.ofTorchSharp system assembly torchSharpVersion)
        >>= fun beside ->
            loadLibtorch folder wantsCuda
            >>= fun () ->
                Path.Combine(beside, LibraryFolders.fileOf "LibTorchSharp")
                |> loadTorchSharp log
                >>= fun _ ->
                    try
                        Ok(
                            torch.InitializeDeviceType(
                                if wantsCuda then DeviceType.CUDA else DeviceType.CPU
                            )
                        )
                    with
                    | :? InvalidOperationException when wantsCuda ->
                        Error(TorchError.NoDevice("NVIDIA GPU", 0))
                    | :? InvalidOperationException
                    | :? NotSupportedException as error ->
                        Error(TorchError.LibraryBroken(beside, error.Message))

    let private checkDevice device =
        match device with
        | TorchDevice.Cpu -> Ok()
        | TorchDevice.Cuda index ->
            match torch.cuda.device_count () with
            | count when index < count -> Ok()
            | count -> Error(TorchError.NoDevice(device.Name, count))

    let private gate = obj ()

    /// What this process has loaded, and whether with CUDA: the system loads a library once for a process.
    let mutable private loaded: (string * bool) option = None

    let private loadOnce system folder wantsCuda log =
        lock gate (fun () ->
            match loaded with
            | Some(other, _) when other <> folder -> Error(TorchError.AnotherInUse(folder, other))
            | Some(_, hasCuda) when hasCuda || not wantsCuda -> Ok()
            | _ ->
                loadAll system folder wantsCuda log
                |> Result.map (fun () -> loaded <- Some(folder, wantsCuda)))

    /// Makes TorchSharp usable for a device, once for the process, and gives the folder of libtorch.
    let ensure (options: TorchOptions) =
        LibraryFolders.system ()
        >>= fun system ->
            find "torch_cpu" (LibraryFolders.ofLibtorch system options.Libraries)
            >>= fun folder ->
                loadOnce system (Path.GetFullPath folder) options.Device.IsCuda options.Log
                >>= fun () -> checkDevice options.Device
                >>= fun () -> Ok folder
