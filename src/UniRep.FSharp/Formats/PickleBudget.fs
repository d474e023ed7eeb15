namespace UniRep.Formats

open System
open UniRep

/// Counts what reading a pickle takes, in bytes, and ends it beyond a multiple of the file's size: a pickle can ask for
/// far more than it holds by mentioning the same bytes again and again.
[<Sealed>]
type internal PickleBudget(limit: int64, exceeded: int64 -> exn) =
    let mutable used = 0L

    /// What a file of some length may take. NumPy's arrays take at most five times their bytes: as Latin-1 text, as
    /// bytes, as float32.
    static member LimitOf(length: int) = (16L <<< 20) + 8L * int64 length

    member _.Spend(bytes: int64) =
        used <- used + bytes

        if used > limit then
            raise (exceeded limit)
