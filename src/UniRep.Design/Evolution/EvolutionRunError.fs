namespace UniRep.Design

open UniRep

[<RequireQualifiedAccess>]
type EvolutionRunError =
    | Evolution of EvolutionError
    | AlreadyBegun of folder: string
    | NothingToResume of folder: string
    | Changed of folder: string * setting: string * before: string * now: string
    | Damaged of path: string * line: int64 * reason: string
    | InUse of folder: string
    | NoAccess of path: string * reason: string

    member this.Message =
        match this with
        | Evolution error -> error.Message
        | AlreadyBegun folder ->
            $"{folder}: holds the state of a run: resume it, or remove the folder to begin anew"
        | NothingToResume folder -> $"{folder}: holds no run to resume"
        | Changed(folder, setting, before, now) ->
            $"{folder}: the run was begun with another {setting}: {Quote.upTo 80 before}, now {Quote.upTo 80 now}; a run is resumed as it was begun"
        | Damaged(path, line, reason) ->
            $"{path}, line {line}: {reason}; it has been changed or damaged: remove the folder to begin anew"
        | InUse folder -> $"{folder}: another run is writing it: wait until it ends"
        | NoAccess(path, reason) -> $"{path}: cannot be read or written: {reason}"

    interface IError with
        member this.Message = this.Message
