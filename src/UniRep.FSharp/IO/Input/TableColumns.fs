namespace UniRep.IO

open System
open UniRep

/// The columns of a table that are read.
type internal TableColumns =
    {
        Sequence: int
        Id: int option
        /// Other columns that are kept.
        Kept: int[]
        Source: RecordSource
    }

/// Chooses the columns of a table by its header.
[<RequireQualifiedAccess>]
module internal TableColumns =
    let private refuse error : 'a = raise (InputRefused error)

    /// The names of columns of sequences.
    let sequences =
        [
            "sequence"
            "seq"
            "mutated_sequence"
            "protein_sequence"
            "aa_sequence"
            "amino_acid_sequence"
            "primary"
        ]

    /// The names of columns of variants of a wild type.
    let variants = [ "mutant"; "variant"; "mutations"; "mutation" ]

    /// In the order in which they are taken.
    let private usualIds =
        [
            "id"
            "entry"
            "accession"
            "sequence_id"
            "protein_id"
            "uniprot_id"
            "name"
            "mutant"
            "variant"
            "protein"
        ]

    let private isSame (left: string) (right: string) =
        left.Trim().Equals(right.Trim(), StringComparison.OrdinalIgnoreCase)

    /// Blanks and hyphens in a usual name count as underscores.
    let private isUsual usual (column: string) =
        isSame usual (column.Trim().Replace(' ', '_').Replace('-', '_'))

    let private indicesOf isWanted columns =
        columns |> List.indexed |> List.filter (snd >> isWanted) |> List.map fst

    /// The column that the user named, by its exact name or else without regard to case, if there is one.
    let private tryNamed file (columns: string list) name =
        match indicesOf ((=) name) columns, indicesOf (isSame name) columns with
        | [ at ], _
        | [], [ at ] -> Some at
        | [], [] -> None
        | _ -> refuse (InputError.RepeatedColumn(file, name))

    let private named file columns name =
        tryNamed file columns name
        |> Option.defaultWith (fun () -> refuse (InputError.NoColumn(file, name, columns)))

    let private sequenceIn file usualNames columns =
        match
            columns
            |> indicesOf (fun column ->
                usualNames |> List.exists (fun usual -> isUsual usual column))
        with
        | [ at ] -> at
        | [] -> refuse (InputError.NoColumn(file, List.head usualNames, columns))
        | several ->
            refuse (InputError.DoubtfulColumn(file, several |> List.map (fun at -> columns[at])))

    /// A first column without a name, as pandas and R write row names, or called as pandas calls it.
    let private unnamed (columns: string list) =
        match columns with
        | first :: _ when String.IsNullOrWhiteSpace first || first = "Unnamed: 0" -> Some 0
        | _ -> None

    let private idIn file (columns: string list) sequence =
        let candidates usual =
            columns |> indicesOf (isUsual usual) |> List.filter ((<>) sequence)

        match usualIds |> List.map candidates |> List.tryFind (List.isEmpty >> not) with
        | Some [ at ] -> Some at
        | Some several -> refuse (InputError.RepeatedColumn(file, columns[several.Head]))
        | None -> unnamed columns |> Option.filter ((<>) sequence)

    /// A name that no column has is taken for several, separated by commas.
    let private keptByName file columns (name: string) =
        match tryNamed file columns name with
        | Some at -> [ at ]
        | None -> name.Split ',' |> List.ofArray |> List.map (named file columns)

    let private keptIn file (columns: string list) used wanted =
        match wanted with
        | None -> []
        | Some(Keep.Columns names) ->
            names |> List.collect (keptByName file columns) |> List.distinct
        | Some Keep.Everything -> [ 0 .. columns.Length - 1 ] |> List.except used
        | Some Keep.WholeTable -> [ 0 .. columns.Length - 1 ]

    /// Kept columns need different names, unless the table is kept as it stands.
    let private checkKept file wanted (names: string list) =
        match names |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1) with
        | Some(name, _) when wanted <> Some Keep.WholeTable ->
            refuse (InputError.RepeatedColumn(file, name))
        | _ -> ()

        if names |> List.exists _.Contains('\uFFFD') then
            refuse (
                InputError.BadRow(file, 1L, "a column name is not UTF-8 text: convert the file")
            )

    /// Refuses a header that was written in another way than its format says.
    let private checkLayout file separator (columns: string list) =
        let count symbol =
            columns |> List.sumBy (Seq.filter ((=) symbol) >> Seq.length)

        match
            [ ';'; '\t'; ','; '|' ]
            |> List.except [ separator ]
            |> List.tryFind (fun other -> count other >= columns.Length)
        with
        | Some other -> refuse (InputError.OtherSeparator(file, separator, other))
        | None -> ()

        let isQuoted (column: string) =
            column.Length > 1 && column.StartsWith '"' && column.EndsWith '"'

        if separator = '\t' && List.forall isQuoted columns then
            refuse (InputError.QuotedHeader file)

    /// Chooses by the user's wishes, or by usual names; refuses where the choice is in doubt. A variant is its own id.
    let choose file options usualNames separator (columns: string list) =
        try
            let sequence =
                match options.SequenceColumn with
                | Some name -> named file columns name
                | None -> sequenceIn file usualNames columns

            let id =
                match options.IdColumn with
                | Some name -> Some(named file columns name)
                | None when usualNames = variants -> Some sequence
                | None -> idIn file columns sequence

            let kept = keptIn file columns (sequence :: Option.toList id) options.Keep
            let names = kept |> List.map (fun at -> columns[at])
            checkKept file options.Keep names

            {
                Sequence = sequence
                Id = id
                Kept = Array.ofList kept
                Source =
                    {
                        SequenceColumn = Some columns[sequence]
                        IdColumn = id |> Option.map (fun at -> columns[at])
                        ColumnCount = columns.Length
                        Kept = names
                    }
            }
        with InputRefused(InputError.NoColumn _) ->
            checkLayout file separator columns
            reraise ()
