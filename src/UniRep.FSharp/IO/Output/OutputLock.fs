namespace UniRep.IO

open System
open System.IO
open System.Security.Cryptography
open System.Text
open UniRep

/// Another run is writing the same output.
[<Sealed>]
type internal OutputBusyException() =
    inherit IOException("another run is writing it")

/// Names the hidden files beside an output, and removes those of runs that have ended.
[<RequireQualifiedAccess>]
module internal HiddenFiles =
    /// File names have at most 255 bytes, of which a prefix and a suffix take some.
    let private longestKey = 190

    /// The part of hidden names that identifies the output: its name, or the beginning of it and a digest.
    let private keyOf (full: string) =
        let name = string (Path.GetFileName full)

        if Encoding.UTF8.GetByteCount name <= longestKey then
            name
        else
            let digest =
                SHA256.HashData(Encoding.UTF8.GetBytes name) |> Convert.ToHexStringLower

            $"{name[.. min name.Length 30 - 1]}~{digest[..15]}"

    /// The beginning of the names of all temporary files of an output.
    let prefixOf (full: string) = $".{keyOf full}."

    let folderOf (full: string) = string (Path.GetDirectoryName full)

    /// The prefix of temporary files of outputs that are no files, in the system's temporary folder.
    let streamPrefix = "unirep."

    let private ending = "partial"

    /// A mark that no two runs share, of eight digits.
    let newTag () = Guid.NewGuid().ToString("N")[..7]

    let partial prefix tag suffix = $"{prefix}{tag}.{suffix}{ending}"

    let private isPartial (prefix: string) (name: string) =
        name.StartsWith(prefix, StringComparison.Ordinal)
        && name.EndsWith("." + ending, StringComparison.Ordinal)
        && name.Length >= prefix.Length + 9 + ending.Length
        && Seq.forall Char.IsAsciiHexDigitLower name[prefix.Length .. prefix.Length + 7]
        && name[prefix.Length + 8] = '.'

    /// Removes a file unless a process that lives holds it open.
    let private removeAbandoned (path: string) =
        try
            use _ = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1)
            ()

            File.Delete path
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

    /// Removes files that killed runs left behind, if they are older than a moment.
    let removeLeftovers (folder: string) prefix (before: DateTime) =
        try
            for path in Directory.GetFiles(folder, "*" + ending) do
                if
                    isPartial prefix (string (Path.GetFileName path))
                    && File.GetLastWriteTimeUtc path < before
                then
                    removeAbandoned path
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

/// Lets one run at a time write an output. The lock ends with the process at the latest.
[<Sealed>]
type internal OutputLock(full: string) =
    /// What Linux, macOS and Windows call a file that another process has locked.
    static let isLocked (error: IOException) =
        List.contains error.HResult [ 11; 35; 0x80070020 ]

    let path =
        Path.Combine(HiddenFiles.folderOf full, HiddenFiles.prefixOf full + "lock")

    /// A lock that its last owner removed while we waited for it locks nothing.
    let rec take attempts =
        let file =
            try
                new FileStream(
                    path,
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                )
            with :? IOException as error when isLocked error ->
                raise (OutputBusyException())

        if File.Exists path || attempts = 0 then
            file
        else
            file.Dispose()
            take (attempts - 1)

    let file = take 10

    interface IDisposable with
        member _.Dispose() = file.Dispose()
