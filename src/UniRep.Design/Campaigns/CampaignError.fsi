namespace UniRep.Design

open UniRep
open UniRep.IO

/// Why a campaign cannot begin or go on. Lines count from 1.
[<RequireQualifiedAccess>]
type CampaignError =
    /// The folder has no campaign.
    | NoCampaign of folder: string
    /// The folder has a campaign already.
    | AlreadyBegun of folder: string
    /// A file of the folder does not hold what was written there.
    | Damaged of path: string * reason: string
    /// A value that a later round was chosen by has changed.
    | PastChanged of path: string * mutant: string * before: string * now: string
    /// The table of a round contradicts the round.
    | BadRound of path: string * line: int64 * reason: string
    /// The table of the last round has no measurement.
    | NotMeasured of path: string
    /// Fewer candidates are left than the plate has places.
    | TooFew of left: int * batch: int
    /// The model is not the one that the campaign was begun with.
    | OtherModel of folder: string * expected: string * found: string
    /// The model runs in another precision or on another processor than at the beginning.
    | OtherBits of path: string
    /// Two candidates have one sequence.
    | Repeated of file: string * line: int64 * id: string * other: string
    /// A table cannot be read.
    | Table of FileError
    /// The top model cannot be fitted.
    | TopModel of TopModelError
    /// A file stands where a round is to be written, and is not of this campaign.
    | InTheWay of path: string
    /// Another command works on the campaign.
    | InUse of folder: string
    | NoAccess of path: string * reason: string

    interface IError

    /// Gets in one sentence what is wrong and what to do.
    member Message: string
