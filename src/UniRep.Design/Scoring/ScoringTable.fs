namespace UniRep.Design

open System.IO
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type TableSource =
    | File of path: string
    | Stream of name: string * stream: Stream

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

    /// Keeps what can be read only once: a table without variants is read again, for its sequences.
    let private kept source =
        let bytes name (stream: Stream) =
            try
                use memory = new MemoryStream()
                stream.CopyTo memory
                Ok(name, Some(memory.ToArray()))
            with :? IOException as error ->
                Error(FileError.Input([ InputError.CannotRead(name, error.Message) ], 1L))

        match source with
        | TableSource.Stream(name, stream) -> bytes name stream
        | TableSource.File path ->
            match SequenceFile.tryOpenOnce path with
            | None -> Ok(path, None)
            | Some stream -> using stream (bytes path)

    let private read ofFile ofStream (name, bytes: byte[] option) =
        match bytes with
        | None -> ofFile name
        | Some bytes -> ofStream name (new MemoryStream(bytes, false))

    let private loadSequences options wildType source =
        read
            (SequenceTable.loadWith (whole options))
            (SequenceTable.readWith (whole options))
            source
        |> Result.mapError ScoringError.Input
        |> Result.bind (cut wildType)

    let private variantsWith options (wildType: WildType) source =
        let first, sequence = wildType.First, wildType.Sequence

        read
            (SequenceTable.loadVariantsWith (whole options) first sequence)
            (SequenceTable.readVariantsWith (whole options) first sequence)
            source

    let private ofVariants (table: SequenceTable) =
        create table (table.Records |> Array.map _.Sequence)

    let private loadKept options wildType source =
        match wildType with
        | Some variantsOf when options.SequenceColumn.IsNone ->
            match variantsWith options variantsOf source with
            | Ok table -> Ok(ofVariants table)
            | Error(FileError.Input([ InputError.NotATable _ ], _)) ->
                loadSequences options wildType source
            | Error(FileError.Input([ InputError.NoColumn _ ], _) as error) ->
                match loadSequences options wildType source with
                // Neither column is there: variants are what a wild type is given for.
                | Error(ScoringError.Input(FileError.Input([ InputError.NoColumn _ ], _))) ->
                    Error(ScoringError.Input error)
                | result -> result
            | Error error -> Error(ScoringError.Input error)
        | _ -> loadSequences options wildType source

    let load options wildType source =
        kept source
        |> Result.mapError ScoringError.Input
        |> Result.bind (loadKept options wildType)

    let loadVariants options column wildType source =
        let named =
            { options with
                InputOptions.SequenceColumn = Some column
            }

        kept source
        |> Result.bind (variantsWith named wildType)
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
