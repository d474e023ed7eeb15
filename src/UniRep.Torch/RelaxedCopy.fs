namespace UniRep

open System
open System.IO

/// TorchSharp's library for Linux is built with GCC 13 and asks for the version GLIBCXX_3.4.32 of the C++ library, which
/// Debian 12 and Ubuntu 22.04 lack. Its one symbol of that version initialises the streams of a program; an older C++
/// library does so by itself. A copy in which version and symbol are weak therefore loads and works.
[<RequireQualifiedAccess>]
module internal RelaxedCopy =
    let version = "GLIBCXX_3.4.32"
    let private symbols = [ "_ZSt21ios_base_library_initv" ]

    /// The folder of this user's copies.
    let folder () =
        let parent = Path.GetDirectoryName(ModelFiles.WeightDownload.cacheFolder ())
        Path.Combine(string parent, "native")

    /// Whether a message of the loader names the version.
    let isCalledFor (message: string) = message.Contains version

    let private isThere (path: string) (bytes: byte[]) =
        File.Exists path && bytes.AsSpan().SequenceEqual(File.ReadAllBytes path)

    /// Makes the copy in a folder, unless it is there already, and gives its path, and whether it is new. It gets its name
    /// when it is complete, so that processes that make it at the same time do not disturb each other.
    let make folder (library: string) : Result<string * bool, TorchError> =
        let refused reason =
            Error(TorchError.SystemTooOld(library, reason))

        try
            match ElfSymbols.weaken version symbols (File.ReadAllBytes library) with
            | Error error -> refused error.Message
            | Ok bytes ->
                let digest = Convert.ToHexStringLower(Security.Cryptography.SHA256.HashData bytes)
                let path = Path.Combine(folder, digest[..15], string (Path.GetFileName library))

                if isThere path bytes then
                    Ok(path, false)
                else
                    Directory.CreateDirectory(string (Path.GetDirectoryName path)) |> ignore
                    let unfinished = $"{path}.{Guid.NewGuid():N}"
                    File.WriteAllBytes(unfinished, bytes)
                    File.Move(unfinished, path, true)
                    Ok(path, true)
        with
        | :? IOException
        | :? UnauthorizedAccessException as error -> refused error.Message
