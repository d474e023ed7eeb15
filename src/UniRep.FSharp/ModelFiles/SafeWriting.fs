namespace UniRep.ModelFiles

open System
open System.IO
open UniRep

/// Writes files so that nothing half-written stands under a final name: everything goes to a temporary name beside it
/// first. What killed runs have left of the same output is removed; a run that still writes holds its file.
[<RequireQualifiedAccess>]
module internal SafeWriting =
    let private full (path: string) =
        Path.TrimEndingDirectorySeparator(Path.GetFullPath path)

    let private name path = string (Path.GetFileName(full path))

    let private parentOf path =
        string (Path.GetDirectoryName(full path))

    let private partialOf (path: string) =
        Path.Combine(parentOf path, $".{name path}.{Guid.NewGuid():N}.partial")

    let private isLeftover (path: string) (entry: string) =
        let entry = name entry

        entry.StartsWith($".{name path}.", StringComparison.Ordinal)
        && entry.EndsWith(".partial", StringComparison.Ordinal)
        && entry.Length = (name path).Length + 42

    /// Holds a file as long as its stream is open; IOException if somebody else does.
    let private hold mode path =
        new FileStream(path, mode, FileAccess.Write, FileShare.None)

    /// Does what may fail because somebody else is at it, or has done it.
    let private attempt action =
        try
            action ()
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

    let private removeLeftoverFiles path =
        for leftover in Directory.GetFiles(parentOf path) |> Array.filter (isLeftover path) do
            attempt (fun () ->
                use _ = hold FileMode.Open leftover
                File.Delete leftover)

    let private writeFile path (write: Stream -> unit) =
        use stream = File.Create path
        write stream
        stream.Flush true

    /// Writes a file.
    let file path write =
        WeightFileError.guard path (fun () ->
            let partial = partialOf path
            removeLeftoverFiles path

            try
                writeFile partial write
                File.Move(partial, path, true)
                Ok()
            finally
                File.Delete partial)

    /// Held while a folder is being filled.
    let private lockIn folder = Path.Combine(folder, ".lock")

    let private removeLeftoverFolders path =
        for leftover in Directory.GetDirectories(parentOf path) |> Array.filter (isLeftover path) do
            attempt (fun () ->
                // A folder that is about to be moved has no lock any more.
                use _ = hold FileMode.Open (lockIn leftover)
                Directory.Delete(leftover, true))

    /// Writes the files of a folder, which must be new or empty.
    let folder (path: string) (files: (string * (Stream -> unit)) list) =
        WeightFileError.guard path (fun () ->
            if
                Directory.Exists path
                && not (Seq.isEmpty (Directory.EnumerateFileSystemEntries path))
            then
                Error(WeightFileError.FolderNotEmpty path)
            else
                let partial = partialOf path
                removeLeftoverFolders path

                try
                    Directory.CreateDirectory partial |> ignore

                    do
                        use _ = hold FileMode.CreateNew (lockIn partial)

                        for file, write in files do
                            writeFile (Path.Combine(partial, file)) write

                    File.Delete(lockIn partial)

                    if Directory.Exists path then
                        Directory.Delete path

                    Directory.Move(partial, full path)
                    Ok()
                finally
                    if Directory.Exists partial then
                        Directory.Delete(partial, true))
