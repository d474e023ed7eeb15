namespace UniRep

open System

/// Which columns of the caller's an output can hold beside its own.
[<RequireQualifiedAccess>]
module internal OutputColumns =
    /// Each takes a temporary file of its own where arrays are written.
    let private mostSpooled = 500

    let private longestName = 1000

    /// The names that a table or a JSON object has already.
    let private taken format content units =
        match format, content with
        | (CsvTable | TsvTable), Pooled pools ->
            let vectors =
                pools
                |> List.collect (fun pool ->
                    [ for unit in 0 .. Pool.width units pool - 1 -> $"{Pool.name pool}_{unit}" ])

            set ("id" :: "length" :: vectors)
        | JsonLines, Pooled pools -> set ("id" :: "length" :: List.map Pool.name pools)
        | JsonLines, PerResidue -> set [ "id"; "length"; "states" ]
        | Npy, _ -> set [ "id" ]
        | _ -> Set.empty

    let private isArrays format =
        match format with
        | Npz
        | SafetensorsArrays -> true
        | _ -> false

    /// An archive's entries must not leave the folder that they are unpacked in.
    let private leavesFolder (name: string) =
        name.Split('/', '\\') |> Array.contains ".."

    /// The first column that the output cannot hold, and why.
    let tryFindUnwritable format content units (columns: string list) =
        let taken = taken format content units

        let reason (column: string) =
            if taken.Contains column then
                Some "the output has one of its own: keep others, or write npz"
            elif column.Length > longestName then
                Some $"a name has at most {longestName} characters"
            elif format = Npz && leavesFolder column then
                Some "the name leads out of a folder"
            elif isArrays format && columns.Length > mostSpooled then
                Some $"it holds at most {mostSpooled} columns"
            elif columns |> List.filter ((=) column) |> List.length > 1 then
                Some "there are several of this name"
            else
                None

        columns
        |> List.tryPick (fun column ->
            reason column
            |> Option.map (fun reason -> UnwritableColumn(format, column, reason)))

    /// Raises ArgumentException unless there is a cell for every column.
    let check (columns: string list) (cells: string[]) =
        if cells.Length <> columns.Length then
            raise (
                ArgumentException(
                    $"{columns.Length} cells expected, {cells.Length} given",
                    nameof cells
                )
            )
