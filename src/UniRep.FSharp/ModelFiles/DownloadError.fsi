namespace UniRep.ModelFiles

open System
open UniRep

/// Why a model could not be fetched.
[<RequireQualifiedAccess>]
type DownloadError =
    /// No model of this name is published.
    | NotPublished of name: string * known: string list
    /// The licence was not accepted.
    | LicenseNotAccepted of name: string * license: string
    /// The address is neither HTTPS nor on this machine.
    | InsecureAddress of address: string
    /// The server points to an address that is not followed: not HTTPS, or one too many.
    | UnsafeRedirect of address: string * target: string * reason: string
    /// The server could not be reached, or broke off, in every attempt.
    | NoConnection of address: string * reason: string
    /// Fewer bytes a second arrive than are accepted.
    | TooSlow of address: string * rate: int64
    /// The whole took longer than allowed.
    | NotFinished of name: string * limit: TimeSpan
    /// The server refused the file.
    | Refused of address: string * status: int
    /// What came is not what was published, twice.
    | WrongContent of address: string * expected: string * found: string
    /// The cache folder cannot be written.
    | CacheNotWritable of path: string * reason: string

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string
