namespace UniRep.IO

open System
open System.Collections.Generic
open System.IO
open UniRep

/// The place of an output: a file and perhaps a companion, or a stream. Owns every file that is open on the way there.
/// A file is written under another name beside the final one, which it gets only when it is complete; a link stays, and
/// what it leads to is replaced.
[<Sealed>]
type internal OutputPlace(target: OutputTarget, overwrite: bool) =
    let tag = HiddenFiles.newTag ()
    let streams = List<Stream>()
    let partials = List<struct (FileStream * string)>()
    let mutable copied: Spool option = None

    let lock =
        match target with
        | OutputTarget.ToFile(_, full) ->
            let lock = new OutputLock(full)
            let folder, prefix = HiddenFiles.folderOf full, HiddenFiles.prefixOf full
            HiddenFiles.removeLeftovers folder prefix DateTime.MaxValue
            Some lock
        | OutputTarget.ToStream _ ->
            // Nothing locks this folder: others may be about to open what they just made.
            let before = DateTime.UtcNow.AddMinutes -10.0
            HiddenFiles.removeLeftovers (Path.GetTempPath()) HiddenFiles.streamPrefix before
            None

    let beside final suffix =
        match target, final with
        | OutputTarget.ToFile(_, full), final ->
            let folder = HiddenFiles.folderOf (Option.defaultValue full final)
            Path.Combine(folder, HiddenFiles.partial (HiddenFiles.prefixOf full) tag suffix)
        | OutputTarget.ToStream _, _ ->
            Path.Combine(
                Path.GetTempPath(),
                HiddenFiles.partial HiddenFiles.streamPrefix tag suffix
            )

    let spool suffix =
        let spool = Spool(beside None (suffix + "."))
        streams.Add spool.Stream
        spool

    let openPartial suffix final : Stream =
        let stream =
            new FileStream(
                beside (Some final) suffix,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                65536
            )

        streams.Add stream
        partials.Add(struct (stream, final))
        stream

    /// Ignores failures, so that the rest is still cleaned up.
    let attempt action =
        try
            action ()
        with
        | :? IOException
        | :? UnauthorizedAccessException -> ()

    let unlock () =
        lock |> Option.iter (fun lock -> attempt (lock :> IDisposable).Dispose)

    /// The place at a path, or the stream where there is none.
    new(path: string option, stream: Stream, overwrite: bool) =
        let target =
            match path with
            | Some path -> OutputTarget.find path
            | None -> OutputTarget.ToStream(stream, false)

        OutputPlace(target, overwrite)

    /// The name of a companion of a file.
    static member Companion(path: string, suffix: string) = $"{path}.{suffix}"

    /// Whether it is a stream that somebody may be reading.
    member _.IsStream = target.IsToStream

    /// Whether there can be companion files beside the output.
    member _.HasCompanions = target.IsToFile

    /// A temporary file of this output.
    member _.Spool suffix = spool suffix

    /// The stream that becomes the output; whoever writes to it leaves it open.
    member _.Open() : Stream =
        match target with
        | OutputTarget.ToFile(_, full) -> openPartial "" full
        | OutputTarget.ToStream(stream, _) -> stream

    /// The same for a writer that has to go back.
    member this.OpenSeekable() : Stream =
        match target with
        | OutputTarget.ToFile _ -> this.Open()
        | OutputTarget.ToStream _ ->
            let spool = spool ""
            copied <- Some spool
            spool.Stream

    /// The stream of a file beside the output, `NAME.suffix`; there is none beside a stream.
    member _.OpenCompanion(suffix: string) : Stream option =
        match target with
        | OutputTarget.ToFile(path, _) ->
            OutputPlace.Companion(path, suffix)
            |> OutputPath.resolve
            |> openPartial (suffix + ".")
            |> Some
        | OutputTarget.ToStream _ -> None

    /// Removes a companion that an earlier output left beside this one, if it may be overwritten.
    member _.RemoveCompanion(suffix: string) =
        match target with
        | OutputTarget.ToFile(path, _) when overwrite ->
            attempt (fun () -> File.Delete(OutputPlace.Companion(path, suffix)))
        | _ -> ()

    /// Flushes everything to the disk and renames it to its final name, or copies all of it to the stream.
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

        match target with
        | OutputTarget.ToStream(stream, isOwned) ->
            copied |> Option.iter (fun spool -> spool.CopyTo stream)
            stream.Flush()

            // Whoever reads from a pipe waits for its end.
            if isOwned then
                stream.Dispose()
        | OutputTarget.ToFile _ -> ()

        unlock ()

    /// Closes every file and deletes those that have no final name yet.
    member _.Abandon() =
        for stream in streams do
            attempt stream.Dispose

        streams.Clear()

        for struct (stream, _) in partials do
            attempt (fun () -> File.Delete stream.Name)

        partials.Clear()

        match target with
        | OutputTarget.ToStream(stream, true) -> attempt stream.Dispose
        | _ -> ()

        unlock ()
