namespace UniRep.IO

open System
open System.IO
open UniRep

[<RequireQualifiedAccess>]
module OutputPath =
    /// As many links as Linux follows.
    let private mostLinks = 40

    let private separators =
        [| Path.DirectorySeparatorChar; Path.AltDirectorySeparatorChar |]

    let private parts (path: string) =
        path.Split(separators, StringSplitOptions.RemoveEmptyEntries) |> List.ofArray

    let private linkTarget (path: string) =
        try
            FileInfo(path).LinkTarget |> Option.ofObj
        with
        | :? IOException
        | :? UnauthorizedAccessException -> None

    /// The system's names of devices and open files are links of their own kind.
    let private isOfSystem folder =
        List.contains folder [ "/dev"; "/dev/fd"; "/proc/self/fd" ]

    /// Goes down a path part by part; `folder` holds no link.
    let rec private follow links (folder: string) rest =
        match rest with
        | [] -> folder
        | "." :: rest -> follow links folder rest
        | ".." :: rest ->
            let parent = Path.GetDirectoryName folder |> Option.ofObj
            follow links (Option.defaultValue folder parent) rest
        | part :: rest when isOfSystem folder -> follow links (Path.Combine(folder, part)) rest
        | part :: rest ->
            let path = Path.Combine(folder, part)

            match linkTarget path with
            | None -> follow links path rest
            | Some _ when links = 0 -> raise (IOException "its links lead in a circle")
            | Some target ->
                let root = string (Path.GetPathRoot target)
                let start = if root = "" then folder else root
                follow (links - 1) start (parts (target.Substring root.Length) @ rest)

    let resolve path =
        let full = Path.GetFullPath path
        let root = string (Path.GetPathRoot full)
        follow mostLinks root (parts (full.Substring root.Length))

    let isSame left right =
        let comparison =
            if OperatingSystem.IsLinux() then
                StringComparison.Ordinal
            else
                StringComparison.OrdinalIgnoreCase

        (resolve left).Equals(resolve right, comparison)
