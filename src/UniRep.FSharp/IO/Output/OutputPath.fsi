namespace UniRep.IO

open UniRep

/// Works on the paths of files, followed through links.
[<RequireQualifiedAccess>]
module OutputPath =
    /// Gives the full path of the file that a path leads to, through any links; what does not exist keeps its name.
    /// Raises IOException where links lead in a circle.
    val resolve: path: string -> string

    /// Checks whether two paths lead to the same file.
    val isSame: left: string -> right: string -> bool
