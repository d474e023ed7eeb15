namespace UniRep

open System
open System.IO
open System.Runtime.InteropServices

/// Where native libraries may lie.
[<RequireQualifiedAccess>]
module internal LibraryFolders =
    /// The systems that TorchSharp has a library for, by the names of their packages.
    let system () =
        let arm = RuntimeInformation.ProcessArchitecture = Architecture.Arm64
        let x64 = RuntimeInformation.ProcessArchitecture = Architecture.X64

        if OperatingSystem.IsLinux() && x64 then
            Ok "linux-x64"
        elif OperatingSystem.IsWindows() && x64 then
            Ok "win-x64"
        elif OperatingSystem.IsWindows() && arm then
            Ok "win-arm64"
        elif OperatingSystem.IsMacOS() && arm then
            Ok "osx-arm64"
        else
            Error(TorchError.NoSystem RuntimeInformation.RuntimeIdentifier)

    /// The file of a library: libtorch_cpu.so, torch_cpu.dll, libtorch_cpu.dylib.
    let fileOf name =
        if OperatingSystem.IsWindows() then $"{name}.dll"
        elif OperatingSystem.IsMacOS() then $"lib{name}.dylib"
        else $"lib{name}.so"

    let private environment name =
        match Environment.GetEnvironmentVariable name with
        | null
        | "" -> None
        | value -> Some value

    /// The folder that NuGet restores into.
    let private packages () =
        environment "NUGET_PACKAGES"
        |> Option.defaultWith (fun () ->
            let home =
                environment "DOTNET_CLI_HOME"
                |> Option.defaultWith (fun () ->
                    Environment.GetFolderPath Environment.SpecialFolder.UserProfile)

            Path.Combine(home, ".nuget", "packages"))

    let private natives system =
        Path.Combine("runtimes", system, "native")

    /// The folders that the host looks into for the libraries of this program, and those beside it.
    let private ofProgram system =
        let ofHost =
            match AppContext.GetData "NATIVE_DLL_SEARCH_DIRECTORIES" with
            | :? string as folders ->
                folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                |> List.ofArray
            | _ -> []

        [
            AppContext.BaseDirectory
            Path.Combine(AppContext.BaseDirectory, natives system)
            yield! ofHost
        ]
        |> List.map Path.TrimEndingDirectorySeparator
        |> List.distinct

    let private ofPackage system (name: string) version =
        Path.Combine(packages (), name, version, natives system)

    /// Where libtorch may lie: in the folder that is given, or beside the program and in the folder of NuGet packages.
    let ofLibtorch system given =
        match given with
        | Some folder -> [ folder ]
        | None ->
            ofProgram system
            @ [ ofPackage system (Libtorch.package system) Libtorch.version ]

    /// Where TorchSharp's own library may lie.
    let ofTorchSharp system (assemblyFolder: string) version =
        // F# Interactive and notebooks load the assembly from its package: lib/net8.0.
        ofProgram system
        @ [
            assemblyFolder
            Path.GetFullPath(Path.Combine(assemblyFolder, "..", "..", natives system))
            ofPackage system "torchsharp" version
        ]

    /// The first folder that holds a file.
    let tryFind file folders =
        folders |> List.tryFind (fun folder -> File.Exists(Path.Combine(folder, file)))
