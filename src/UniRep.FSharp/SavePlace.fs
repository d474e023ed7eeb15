namespace UniRep

open System
open System.IO
open UniRep.IO

/// Checks before long work that its result can be saved.
[<RequireQualifiedAccess>]
module internal SavePlace =
    /// Checks whether a file can be written under a path where there is none yet.
    let check (path: string) =
        let refuse reason =
            Error(OutputError.NotWritable(path, reason))

        try
            let full = Path.GetFullPath path
            let folder = string (Path.GetDirectoryName full)

            if Directory.Exists full || Path.EndsInDirectorySeparator path then
                refuse "it is a folder; give the name of a file"
            elif Path.Exists full || not (isNull (FileInfo full).LinkTarget) then
                Error(OutputError.AlreadyExists path)
            elif not (Directory.Exists folder) then
                refuse $"there is no folder {folder}"
            else
                let trial = Path.Combine(folder, $".unirep.{Guid.NewGuid():N}.partial")

                use _ =
                    new FileStream(
                        trial,
                        FileMode.CreateNew,
                        FileAccess.Write,
                        FileShare.None,
                        1,
                        FileOptions.DeleteOnClose
                    )

                Ok()
        with
        | :? IOException
        | :? UnauthorizedAccessException
        | :? ArgumentException as error ->
            let reason = (error.Message.Split " : '")[0]
            refuse reason
