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
        | None -> Error(TorchError.LibraryMissing(file, List.distinct folders))

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

    let private gate = obj ()
    let mutable private loaded: (string * bool) option = None

    let private loadAll given wantsCuda log =
        LibraryFolders.system ()
        >>= fun system ->
            let assembly = string (Path.GetDirectoryName(typeof<torch>.Assembly.Location))

            find "torch_cpu" (LibraryFolders.ofLibtorch system given)
            >>= fun folder ->
                find "LibTorchSharp" (LibraryFolders.ofTorchSharp system assembly torchSharpVersion)
                >>= fun beside ->
                    loadLibtorch folder wantsCuda
                    >>= fun () ->
                        Path.Combine(beside, LibraryFolders.fileOf "LibTorchSharp")
                        |> loadTorchSharp log
                        >>= fun _ ->
                            try
                                torch.InitializeDeviceType(
                                    if wantsCuda then DeviceType.CUDA else DeviceType.CPU
                                )

                                Ok folder
                            with
                            | :? NotSupportedException
                            | :? InvalidOperationException ->
                                if wantsCuda then
                                    Error(TorchError.NoDevice("NVIDIA GPU", 0))
                                else
                                    Error(TorchError.LibraryBroken(beside, "TorchSharp refuses it"))

    let private checkDevice device =
        match device with
        | TorchDevice.Cpu -> Ok()
        | TorchDevice.Cuda index ->
            match torch.cuda.device_count () with
            | count when index < count -> Ok()
            | count -> Error(TorchError.NoDevice(device.Name, count))

    /// Makes TorchSharp usable for a device, once for the process, and gives the folder of libtorch.
    let ensure (options: TorchOptions) =
        let wantsCuda = options.Device.IsCuda

        lock gate (fun () ->
            match loaded with
            | Some(folder, hasCuda) when hasCuda || not wantsCuda -> Ok folder
            | _ ->
                loadAll options.Libraries wantsCuda options.Log
                |> Result.map (fun folder ->
                    loaded <- Some(folder, wantsCuda)
                    folder))
        >>= fun folder -> checkDevice options.Device |> Result.map (fun () -> folder)
