namespace UniRep

[<RequireQualifiedAccess>]
module internal Libtorch =
    let version = "2.10.0"
    let package (system: string) = $"libtorch-cpu-{system}"

[<RequireQualifiedAccess>]
type TorchError =
    | NoSystem of system: string
    | LibraryMissing of library: string * folders: string list
    | AnotherVersion of path: string * found: string
    | AnotherInUse of path: string * loaded: string
    | LibraryBroken of path: string * reason: string
    | SystemTooOld of path: string * reason: string
    | NoCuda of folder: string
    | NoDevice of device: string * count: int

    member this.Message =
        match this with
        | NoSystem system -> $"TorchSharp has no library for {system}"
        | LibraryMissing(library, folders) ->
            let places = folders |> List.map Quote.line |> String.concat ", "
            $"{library} was not found (looked in {places})"
        | AnotherVersion(path, found) ->
            $"{Quote.line path} is libtorch {found}, and TorchSharp needs {Libtorch.version}"
        | AnotherInUse(path, loaded) ->
            $"the libtorch in {Quote.line path} cannot be used: this process has loaded that in {Quote.line loaded}"
        | LibraryBroken(path, reason) -> $"{Quote.line path} cannot be loaded: {Quote.line reason}"
        | SystemTooOld(path, reason) ->
            $"{Quote.line path} needs a newer C++ library (libstdc++ of GCC 13) than this system has, and a copy that runs without it cannot be made: {Quote.line reason}"
        | NoCuda folder ->
            $"the libtorch in {Quote.line folder} is built without CUDA: build the program with -p:UniRepTorch=cuda"
        | NoDevice(device, 0) ->
            $"there is no {device}: libtorch finds no NVIDIA GPU (is the driver installed?)"
        | NoDevice(device, count) ->
            $"there is no {device}: libtorch finds {count} (cuda:0 to cuda:{count - 1})"

    interface IError with
        member this.Message = this.Message
