namespace UniRep.Design

open UniRep
open UniRep.IO

/// Writes designs as a table.
[<RequireQualifiedAccess>]
module DesignFile =
    /// Writes a CSV file with the columns `id`, `mutant` (as `A42G:K50R`, numbers from 1), `mutations` (their number), `score`,
    /// `gain` (over the wild type) and `sequence`, complete or not at all.
    val save:
        path: string ->
        overwrite: bool ->
        wildTypeScore: float ->
        designs: Design[] ->
            Result<unit, OutputError>
