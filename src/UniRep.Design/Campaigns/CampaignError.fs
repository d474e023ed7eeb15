namespace UniRep.Design

open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type CampaignError =
    | NoCampaign of folder: string
    | AlreadyBegun of folder: string
    | Damaged of path: string * reason: string
    | PastChanged of path: string * mutant: string * before: string * now: string
    | BadRound of path: string * line: int64 * reason: string
    | NotMeasured of path: string
    | TooFew of left: int * batch: int
    | OtherModel of folder: string * expected: string * found: string
    | OtherBits of path: string
    | Repeated of file: string * line: int64 * id: string * other: string
    | Table of FileError
    | TopModel of TopModelError
    | InTheWay of path: string
    | InUse of folder: string
    | NoAccess of path: string * reason: string

    member this.Message =
        match this with
        | NoCampaign folder -> $"{folder}: holds no campaign; `unirep campaign init` begins one"
        | AlreadyBegun folder -> $"{folder}: holds a campaign already: give another folder"
        | Damaged(path, reason) -> $"{path}: {reason}: it has been changed or damaged"
        | PastChanged(path, mutant, before, now) ->
            $"{path}: the measurement of {mutant} was {Quote.upTo 40 before} when the next round was chosen, now it is {Quote.upTo 40 now}: the past of a campaign does not change"
        | BadRound(path, line, reason) -> $"{path}, line {line}: {reason}"
        | NotMeasured path ->
            $"{path}: the column measured is empty: fill it (NA where a measurement failed) before the next round"
        | TooFew(left, batch) -> $"{left} candidates are left, {batch} are asked for"
        | OtherModel(folder, expected, found) ->
            $"{folder}: the campaign was begun with the model of fingerprint {expected[..11]}, this one has {found[..11]}"
        | OtherBits path ->
            $"{path}: was computed by another model, precision or library: remove it to have it computed again"
        | Repeated(file, line, id, other) ->
            $"{file}, line {line}: {Quote.upTo 40 id} has the sequence of {Quote.upTo 40 other}"
        | Table error -> error.Message
        | TopModel error -> $"the top model cannot be fitted: {error.Message}"
        | InTheWay path ->
            $"{path}: stands where the next round is to be written, and is not of this campaign: move it away"
        | InUse folder -> $"{folder}: another command works on the campaign: wait until it ends"
        | NoAccess(path, reason) -> $"{path}: cannot be read or written: {reason}"

    interface IError with
        member this.Message = this.Message
