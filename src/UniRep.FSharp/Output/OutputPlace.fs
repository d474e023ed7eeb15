namespace UniRep

open System
open System.Collections.Generic
open System.IO

/// The place of an output: a file and perhaps a companion, or standard output. Owns every file that is open on the way
/// there. A file is written under another name beside the final one, which it gets only when it is complete.
[<Sealed>]
type internal OutputPlace(path: string option, standardOutput: Stream, overwrite: bool) =
    let tag = Guid.NewGuid().ToString("N")[..7]
    let streams = List<Stream>()
    let partials = List<struct (FileStream * string)>()
    let mutable copied: Spool option = None

    let beside suffix =
        match path with
        | Some path ->
            let full = Path.GetFullPath path
            let name = string (Path.GetFileName full)
            let short = name[.. min name.Length 40 - 1]
            Path.Combine(string (Path.GetDirectoryName full), $".{short}.{tag}.{suffix}partial")
        | None -> Path.Combine(Path.GetTempPath(), $"unirep.{tag}.{suffix}partial")

    let spool suffix =
        let spool = Spool(beside (suffix + "."))
        streams.Add spool.Stream
        spool

    let openPartial suffix finalName : Stream =
        let stream =
            new FileStream(
                beside suffix,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                65536
            )

        streams.Add stream
        partials.Add(struct (stream, finalName))
        stream

    /// Does what must not keep the rest from being cleaned up.
    let attempt action =
        try
            action ()
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

    /// The name of a companion of a file.
    static member Companion(path: string, suffix: string) = $"{path}.{suffix}"

    /// A temporary file of this output.
    member _.Spool suffix = spool suffix

    /// The stream that becomes the output; whoever writes to it leaves it open.
    member _.Open() : Stream =
        match path with
        | Some path -> openPartial "" path
        | None -> standardOutput

    /// The same for a writer that has to go back.
    member this.OpenSeekable() : Stream =
        match path with
        | Some _ -> this.Open()
        | None ->
            let spool = spool ""
            copied <- Some spool
            spool.Stream

    /// The stream of a file beside the output, `NAME.suffix`; there is none beside standard output.
    member _.OpenCompanion(suffix: string) : Stream option =
        path
        |> Option.map (fun path -> openPartial (suffix + ".") (OutputPlace.Companion(path, suffix)))

    /// Brings everything to the disk, then under its final name; or all of it to standard output.
    member _.Publish() =
        for struct (stream, _) in partials do
            stream.Flush true
            stream.Dispose()

        let moved = List<string>()

        try
            for struct (stream, finalName) in partials do
                File.Move(stream.Name, finalName, overwrite)
                moved.Add finalName
        with _ ->
            for name in moved do
                attempt (fun () -> File.Delete name)

            reraise ()

        partials.Clear()

        if path.IsNone then
            copied |> Option.iter (fun spool -> spool.CopyTo standardOutput)
            standardOutput.Flush()

    /// Closes every file, and removes what has no final name.
    member _.Abandon() =
        for stream in streams do
            attempt stream.Dispose

        streams.Clear()

        for struct (stream, _) in partials do
            attempt (fun () -> File.Delete stream.Name)

        partials.Clear()
