namespace UniRep.IO

open System
open UniRep

/// The columns that a caller adds to an output.
[<RequireQualifiedAccess>]
module internal OutputColumns =
    /// Raises ArgumentException unless there is a cell for every column.
    let check (columns: string list) (cells: string[]) =
        if cells.Length <> columns.Length then
            raise (
                ArgumentException(
                    $"{columns.Length} cells expected, {cells.Length} given",
                    nameof cells
                )
            )
