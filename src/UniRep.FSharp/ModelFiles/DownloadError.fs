namespace UniRep.ModelFiles

open System
open UniRep

[<RequireQualifiedAccess>]
type DownloadError =
    | NotPublished of name: string * known: string list
    | LicenseNotAccepted of name: string * license: string
    | InsecureAddress of address: string
    | UnsafeRedirect of address: string * target: string * reason: string
    | NoConnection of address: string * reason: string
    | TooSlow of address: string * rate: int64
    | NotFinished of name: string * limit: TimeSpan
    | Refused of address: string * status: int
    | WrongContent of address: string * expected: string * found: string
    | CacheNotWritable of path: string * reason: string

    member this.Message =
        let resumes = "the next attempt resumes where this one ended"

        match this with
        | DownloadError.NotPublished(name, known) ->
            $"""no published model is called '{Quote.text name}'; there are {String.concat ", " known}"""
        | DownloadError.LicenseNotAccepted(name, license) ->
            $"{name} is licensed under {license} (non-commercial use only): accept the licence to fetch it"
        | DownloadError.InsecureAddress address ->
            $"{Quote.line address}: models are fetched from an https address only"
        | DownloadError.UnsafeRedirect(address, target, reason) ->
            $"{Quote.line address} redirects to {Quote.text target}: {reason}"
        | DownloadError.NoConnection(address, reason) ->
            $"{Quote.line address} could not be fetched: {Quote.text reason}. Check the network; {resumes}"
        | DownloadError.TooSlow(address, rate) ->
            $"{Quote.line address} could not be fetched: fewer than {Display.whole rate} bytes a second arrive. Check the network; {resumes}"
        | DownloadError.NotFinished(name, limit) ->
            $"{name} could not be fetched within {limit.TotalMinutes:F0} minutes; {resumes}"
        | DownloadError.Refused(address, status) ->
            $"{Quote.line address}: the server answered with status {status}"
        | DownloadError.WrongContent(address, expected, found) ->
            $"{Quote.line address} does not hold what was published: {expected} expected, {found} found; it was dropped"
        | DownloadError.CacheNotWritable(path, reason) ->
            $"{Quote.line path}: models are kept here: {Quote.line reason} Free space or make the folder writable, or set XDG_CACHE_HOME to another"

    interface IError with
        member this.Message = this.Message
