namespace UniRep

/// Why this machine or this process cannot compute with libtorch.
[<RequireQualifiedAccess>]
type TorchError =
    /// TorchSharp has no native library for this system.
    | NoSystem of system: string
    /// No folder that was looked at holds the library.
    | LibraryMissing of library: string * folders: string list
    /// The library is of another version than TorchSharp is built for.
    | AnotherVersion of path: string * found: string
    /// This process has loaded another libtorch already.
    | AnotherInUse of path: string * loaded: string
    /// The library is there, and the system does not load it.
    | LibraryBroken of path: string * reason: string
    /// The C++ library of the system is too old for TorchSharp's library, and a copy that asks for less cannot be made.
    | SystemTooOld of path: string * reason: string
    /// The libtorch that was found is built without CUDA.
    | NoCuda of folder: string
    /// There is no such GPU.
    | NoDevice of device: string * count: int

    interface IError

    /// Gets what is wrong, and what to do.
    member Message: string

/// The version of libtorch that TorchSharp is built for.
[<RequireQualifiedAccess>]
module internal Libtorch =
    /// The version of libtorch that TorchSharp needs, such as `2.10.0`.
    val version: string

    /// Gives the name of the package with libtorch for a system such as `linux-x64`.
    val package: system: string -> string
