namespace UniRep.Design

open System.IO
open UniRep.IO

/// A table that can be read more than once: what comes from a stream, a pipe or a device is kept in memory.
type internal KeptTable = { Name: string; Bytes: byte[] option }

/// Reads tables of variants or of sequences. A table without variants is read a second time, for its sequences.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal KeptTable =
    let private keep name (stream: Stream) =
        try
            use memory = new MemoryStream()
            stream.CopyTo memory

            Ok
                {
                    Name = name
                    Bytes = Some(memory.ToArray())
                }
        with :? IOException as error ->
            Error(FileError.Input([ InputError.CannotRead(name, error.Message) ], 1L))

    let ofSource source =
        match source with
        | TableSource.Stream(name, stream) -> keep name stream
        | TableSource.File path ->
            match SequenceFile.tryOpenOnce path with
            | None -> Ok { Name = path; Bytes = None }
            | Some stream -> using stream (keep path)

    let private read ofFile ofStream (table: KeptTable) =
        match table.Bytes with
        | None -> ofFile table.Name
        | Some bytes -> ofStream table.Name (new MemoryStream(bytes, false))

    let private sequences options table =
        table |> read (SequenceTable.loadWith options) (SequenceTable.readWith options)

    /// Reads the variants of a wild type whose first residue has a number.
    let variants options (first, wildType) table =
        table
        |> read
            (SequenceTable.loadVariantsWith options first wildType)
            (SequenceTable.readVariantsWith options first wildType)

    /// Reads variants, and gives true, or sequences: without a wild type, if the options name their column, or if the table has
    /// no column of variants.
    let variantsOrSequences (options: InputOptions) wildType table =
        let asSequences () =
            sequences options table |> Result.map (fun found -> found, false)

        match wildType with
        | Some numbered when options.SequenceColumn.IsNone ->
            match variants options numbered table with
            | Ok found -> Ok(found, true)
            | Error(FileError.Input([ InputError.NotATable _ ], _)) -> asSequences ()
            | Error(FileError.Input([ InputError.NoColumn _ ], _) as error) ->
                match asSequences () with
                // Neither column is there: variants are what a wild type is given for.
                | Error(FileError.Input([ InputError.NoColumn _ ], _)) -> Error error
                | result -> result
            | Error error -> Error error
        | _ -> asSequences ()
