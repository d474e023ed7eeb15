namespace UniRep.Design

open UniRep

/// Why a directed evolution that keeps its state in a folder ends without designs.
[<RequireQualifiedAccess>]
type EvolutionRunError =
    | Evolution of EvolutionError
    /// The folder has the state of a run, and it was not asked to resume.
    | AlreadyBegun of folder: string
    /// There is no state to resume.
    | NothingToResume of folder: string
    /// A setting differs from the one that the run was begun with.
    | Changed of folder: string * setting: string * before: string * now: string
    /// A file of the folder does not hold what was written there.
    | Damaged of path: string * line: int64 * reason: string
    /// Another run has the folder.
    | InUse of folder: string
    /// A file of the folder cannot be read or written.
    | NoAccess of path: string * reason: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string
