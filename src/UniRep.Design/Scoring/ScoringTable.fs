namespace UniRep.Design

open UniRep
open UniRep.IO

type ScoringTable =
    {
        File: string
        Columns: string list
        Cells: string[][]
        Ids: string[]
        Lines: int64[]
        Sequences: Sequence[]
        Column: string option
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ScoringTable =
    let private whole options =
        { options with
            InputOptions.Keep = Some Keep.WholeTable
        }

    let private create (table: SequenceTable) sequences =
        let column = table.Records[0].Source.SequenceColumn

        // The id of a FASTA record is no column of it.
        let addId (id: string) cells =
            if column.IsNone then Array.append [| id |] cells else cells

        {
            File = table.File
            Columns =
                if column.IsNone then
                    "id" :: table.Columns
                else
                    table.Columns
            Cells = table.Records |> Array.map (fun record -> addId record.Id record.Kept)
            Ids = table.Records |> Array.map _.Id
            Lines = table.Records |> Array.map _.Line
            Sequences = sequences
            Column = column
        }

    let private hasRegion (wildType: WildType) =
        wildType.Sequence.Length < wildType.Whole.Length

    let private otherLength (table: SequenceTable) (wildType: WildType) (record: SequenceRecord) =
        ScoringError.OtherLength(
            table.File,
            record.Line,
            record.Id,
            wildType.Whole.Length,
            record.Sequence.Length
        )

    /// The region of whole sequences, which must be as long as the wild type for it.
    let private cut wildType (table: SequenceTable) =
        let sequences = table.Records |> Array.map _.Sequence

        match wildType with
        | Some wildType when hasRegion wildType ->
            let isOther (record: SequenceRecord) =
                record.Sequence.Length <> wildType.Whole.Length

            match Array.tryFind isOther table.Records with
            | Some record -> Error(otherLength table wildType record)
            | None ->
                sequences
                |> Array.map (Sequence.slice wildType.Skipped wildType.Sequence.Length)
                |> create table
                |> Ok
        | _ -> Ok(create table sequences)

    let private ofVariants (table: SequenceTable) =
        create table (table.Records |> Array.map _.Sequence)

    let private numbered (wildType: WildType) = wildType.First, wildType.Sequence

    let load options wildType source =
        KeptTable.ofSource source
        |> Result.bind (
            KeptTable.variantsOrSequences (whole options) (Option.map numbered wildType)
        )
        |> Result.mapError ScoringError.Input
        |> Result.bind (fun (table, isVariants) ->
            if isVariants then
                Ok(ofVariants table)
            else
                cut wildType table)

    let loadVariants options column wildType source =
        let named =
            { whole options with
                InputOptions.SequenceColumn = Some column
            }

        KeptTable.ofSource source
        |> Result.bind (KeptTable.variants named (numbered wildType))
        |> Result.map ofVariants
        |> Result.mapError ScoringError.Input

    let checkLengths (wildType: WildType) (table: ScoringTable) =
        let expected = wildType.Sequence.Length

        match table.Sequences |> Array.tryFindIndex (fun x -> x.Length <> expected) with
        | None -> Ok()
        | Some at ->
            Error(
                ScoringError.OtherLength(
                    table.File,
                    table.Lines[at],
                    table.Ids[at],
                    expected,
                    table.Sequences[at].Length
                )
            )

    let checkColumns (added: string seq) table =
        match added |> Seq.tryFind (fun name -> List.contains name table.Columns) with
        | Some name -> Error(ScoringError.ColumnTaken(table.File, name))
        | None -> Ok()
