namespace UniRep.IO

open System
open System.IO
open UniRep

/// Says why an output cannot be opened.
[<RequireQualifiedAccess>]
module internal OutputOpening =
    /// The reason why files cannot be written at a path, if it is known in advance.
    let obstacle files (path: string) full overwrite =
        // A link that leads nowhere is no file yet.
        let isThere (file: string) = File.Exists(OutputPath.resolve file)
        let taken = files |> List.filter isThere

        match HiddenFiles.folderOf full, taken with
        | _ when Path.EndsInDirectorySeparator path || Directory.Exists full ->
            Some(OutputError.NotWritable(path, "it is a folder"))
        | folder, _ when not (Directory.Exists folder) ->
            Some(OutputError.NotWritable(path, $"there is no folder {folder}"))
        | _, first :: _ when not overwrite -> Some(OutputError.AlreadyExists first)
        | _ -> None

    /// Opens an output; what the file system refuses is an error.
    let guard (place: string) (openOutput: unit -> Result<'output, OutputError>) =
        let refuse reason =
            Error(OutputError.NotWritable(place, reason))

        try
            openOutput ()
        with
        | :? OutputBusyException -> Error(OutputError.Busy place)
        | :? IOException as error -> refuse (FileFailure.reasonOf error)
        | :? UnauthorizedAccessException -> refuse "its folder may not be written to"
        | :? ArgumentException -> refuse "is no file name"
