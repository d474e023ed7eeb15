namespace UniRep.Formats

open System
open System.IO
open UniRep

/// What a path that exists leads to.
[<RequireQualifiedAccess>]
type internal FileContent =
    | Content
    /// An empty file, a pipe or a device: none of them has a length.
    | NoLength
    /// Links that lead nowhere.
    | Nowhere

/// Distinguishes files on disk from pipes and devices without opening them: opening a pipe may wait for ever.
[<RequireQualifiedAccess>]
module internal RegularFile =
    /// What the system names an open pipe that a link in `/dev/fd` leads to.
    let private isPipe (target: string) =
        [ "pipe:["; "socket:["; "anon_inode:" ]
        |> List.exists (fun name ->
            (string (Path.GetFileName target)).StartsWith(name, StringComparison.Ordinal))

    let contentOf (path: string) =
        let target =
            match File.ResolveLinkTarget(path, returnFinalTarget = true) with
            | null -> path
            | target -> target.FullName

        if not (File.Exists target) then
            if isPipe target then
                FileContent.NoLength
            else
                FileContent.Nowhere
        elif FileInfo(target).Length > 0L then
            FileContent.Content
        else
            FileContent.NoLength

    let hasContent path = contentOf path = FileContent.Content
