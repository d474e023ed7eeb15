namespace UniRep

open System
open System.IO

/// A temporary file that grows while its final size is unknown; it is gone once closed.
[<Sealed>]
type internal Spool(path: string) =
    let stream =
        new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Delete,
            65536,
            FileOptions.DeleteOnClose
        )

    member _.Length = stream.Length
    member _.Write(bytes: ReadOnlySpan<byte>) = stream.Write bytes

    /// Copies everything written to another stream.
    member _.CopyTo(target: Stream) =
        stream.Position <- 0L
        stream.CopyTo target

    /// The file itself, from its beginning.
    member _.Rewind() =
        stream.Position <- 0L
        stream

    interface IDisposable with
        member _.Dispose() = stream.Dispose()

/// The place of an output: partial files beside the final name, which the output gets only when it is complete.
[<Sealed>]
type internal OutputPlace(path: string option, standardOutput: Stream) =
    let tag = Guid.NewGuid().ToString("N")[..7]

    let beside suffix =
        match path with
        | Some path ->
            let full = Path.GetFullPath path

            Path.Combine(
                string (Path.GetDirectoryName full),
                $".{Path.GetFileName full}.{tag}.{suffix}partial"
            )
        | None -> Path.Combine(Path.GetTempPath(), $"unirep.{tag}.{suffix}partial")

    /// A temporary file of this output.
    member _.Spool suffix = new Spool(beside (suffix + "."))

    /// The stream that becomes the output.
    member _.Open() : Stream =
        match path with
        | Some _ ->
            new FileStream(beside "", FileMode.CreateNew, FileAccess.Write, FileShare.None, 65536)
        | None -> standardOutput

    /// Gives the closed stream its final name.
    member _.Publish() =
        match path with
        | Some path -> File.Move(beside "", path, true)
        | None -> ()

    /// Writes a small file beside the output, `NAME.suffix`, in the same two moves.
    member _.WriteCompanion(suffix: string, write: Stream -> unit) =
        match path with
        | Some path ->
            let partial = beside (suffix + ".")

            do
                use stream = File.Create partial
                write stream

            File.Move(partial, $"{path}.{suffix}", true)
        | None -> ()

    /// Removes what has no final name yet.
    member _.Abandon() =
        if path.IsSome then
            File.Delete(beside "")
