namespace UniRep.IO

open UniRep

/// Checks which of the caller's columns an output can hold beside its own.
[<RequireQualifiedAccess>]
module internal ColumnNames =
    let private longest = 1000

    /// The entries of an archive must not leave the folder that they are unpacked in.
    let private leavesFolder (name: string) =
        name.Split('/', '\\') |> Array.contains ".."

    /// The first column that the output cannot hold, and why.
    let tryFindUnwritable format content units (columns: string list) =
        let row = OutputFormatTable.row format
        let reserved = row.Reserved content units

        let reason (column: string) =
            if reserved.Contains column then
                Some "the format uses this name itself: rename the column, or write npz"
            elif column.Length > longest then
                Some $"a name has at most {longest} characters"
            elif row.IsArchive && leavesFolder column then
                Some "the name leads out of a folder"
            elif columns.Length > row.MostColumns then
                Some $"it holds at most {row.MostColumns} columns"
            elif columns |> List.filter ((=) column) |> List.length > 1 then
                Some "there are several of this name"
            else
                None

        columns
        |> List.tryPick (fun column ->
            reason column
            |> Option.map (fun reason -> OutputError.UnwritableColumn(format, column, reason)))
