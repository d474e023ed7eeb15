namespace UniRep.Formats

open System.IO

/// Tells files on disk from pipes and devices without opening them: opening a pipe may wait for ever.
[<RequireQualifiedAccess>]
module internal RegularFile =
    /// Whether a path leads, through links, to a file that holds something. Pipes and devices have no length.
    let hasContent (path: string) =
        let target =
            match File.ResolveLinkTarget(path, returnFinalTarget = true) with
            | null -> path
            | target -> target.FullName

        File.Exists target && FileInfo(target).Length > 0L
