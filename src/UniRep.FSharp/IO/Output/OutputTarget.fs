namespace UniRep.IO

open System
open System.IO
open UniRep

/// Where an output goes.
[<RequireQualifiedAccess>]
type internal OutputTarget =
    /// A file: its name as it was given, and its full path, through links.
    | ToFile of path: string * full: string
    /// A stream, and whether it is closed at the end.
    | ToStream of Stream * isOwned: bool

[<RequireQualifiedAccess>]
module internal OutputTarget =
    let private isBelow (folder: string) (path: string) =
        path.StartsWith(folder, StringComparison.Ordinal)

    let private isOfSystem path =
        isBelow "/dev/" path && not (isBelow "/dev/shm/" path)
        || isBelow "/proc/self/fd/" path

    /// Devices that may be written to.
    let private isWritable path =
        isBelow "/dev/fd/" path
        || isBelow "/dev/pts/" path
        || isBelow "/proc/self/fd/" path
        || List.contains path [ "/dev/null"; "/dev/full"; "/dev/stdout"; "/dev/stderr"; "/dev/tty" ]

    let private openForWriting full =
        new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 65536)

    /// Opens a named pipe; waits, as a shell does, until somebody reads from it. None for a regular file.
    let private tryPipe full =
        if File.Exists full then
            try
                let stream = openForWriting full

                if stream.CanSeek then
                    stream.Dispose()
                    None
                else
                    Some stream
            with
            | :? IOException
            | :? UnauthorizedAccessException -> None
        else
            None

    /// Distinguishes a file from a device or a pipe, and opens these. Raises IOException and what is said of paths.
    let find (path: string) =
        let full = OutputPath.resolve path

        if not (isOfSystem full) then
            match tryPipe full with
            | Some pipe -> OutputTarget.ToStream(pipe, true)
            | None -> OutputTarget.ToFile(path, full)
        elif isWritable full then
            let stream = openForWriting full

            if stream.CanSeek then
                stream.Seek(0L, SeekOrigin.End) |> ignore

            OutputTarget.ToStream(stream, true)
        else
            raise (IOException "it is a device")
