namespace UniRep.Design

open System
open System.Collections.Generic
open System.IO
open System.Text
open UniRep
open UniRep.IO

/// A row as A2M writes it: upper case and `-` in match columns.
type internal AlignedRow =
    {
        Name: string
        Line: int64
        Text: StringBuilder
    }

/// Reads the text of alignments.
[<RequireQualifiedAccess>]
module internal AlignmentFile =
    let private refuse error : 'a = raise (InputRefused error)

    let private headers = [ ".a2m"; ".a3m"; ".fasta"; ".fa"; ".afa"; ".faa"; ".fas" ]
    let private stockholm = InputFormat.Stockholm.Extensions

    /// Rows of HH-suite that are no sequences.
    let private isAnnotation (name: string) =
        [ "ss_pred"; "ss_conf"; "ss_dssp"; "sa_dssp"; "aa_dssp"; "aa_pred" ]
        |> List.exists (fun known -> name.StartsWith(known, StringComparison.Ordinal))

    let private lines file (reader: LineReader) =
        Seq.unfold
            (fun () ->
                match reader.Read() with
                | null -> None
                | line ->
                    if reader.BadByte > 0 && not (line.StartsWith '>') then
                        refuse (InputError.NotUtf8(file, reader.Number, reader.BadByte))

                    // MMseqs2 ends entries with NUL.
                    Some((reader.Number, line.Trim('\000', ' ', '\t')), ()))
            ()

    let private fasta file reader =
        let rows = List<AlignedRow>()

        for number, line in lines file reader do
            if line.StartsWith '>' then
                rows.Add
                    {
                        Name = line[1..].Trim()
                        Line = number
                        Text = StringBuilder()
                    }
            elif line = "" || line.StartsWith '#' || line.StartsWith ';' then
                ()
            elif rows.Count = 0 then
                refuse (InputError.NoHeader(file, number))
            else
                for symbol in line do
                    if not (Char.IsWhiteSpace symbol) then
                        rows[rows.Count - 1].Text.Append symbol |> ignore

        rows |> Seq.filter (fun row -> not (isAnnotation row.Name)) |> Array.ofSeq

    /// The rows of the one alignment of a file, as A2M writes them. A header and an end are not asked for.
    let private stockholmRows file reader =
        let one (alignment: StockholmAlignment) =
            [|
                for row in alignment.Rows ->
                    {
                        Name = row.Name
                        Line = row.Line
                        Text =
                            StringBuilder(
                                String(StockholmText.toA2m Sequence.strict alignment.Marks row)
                            )
                    }
            |]

        match StockholmText.read file false 0L reader |> Seq.truncate 2 |> List.ofSeq with
        | [] -> Array.empty
        | [ alignment ] -> one alignment
        | _ :: second :: _ -> StockholmText.refuseSecond file second

    /// The extension before `.gz`, and whether there is that.
    let private extensionOf (path: string) =
        let isGzip = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
        let name = if isGzip then path[.. path.Length - 4] else path
        (string (Path.GetExtension name)).ToLowerInvariant(), isGzip

    let private readAs file isGzip rowsOf =
        try
            if Directory.Exists file then
                Error(InputError.IsFolder file)
            else
                use stream = File.OpenRead file
                let rows = rowsOf file (LineReader(file, InputText.openText file isGzip stream))

                if Array.isEmpty rows then
                    Error(InputError.NoRecord file)
                else
                    Ok(Some rows)
        with
        | InputRefused error -> Error error
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(InputError.NotFound file)
        | :? IOException
        | :? UnauthorizedAccessException
        | :? ArgumentException as error ->
            Error(InputError.CannotRead(file, FileFailure.reasonOf error))

    /// Reads the rows of a file by its extension; None if that is not an alignment's.
    let read (path: string) =
        match extensionOf path with
        | extension, isGzip when List.contains extension headers -> readAs path isGzip fasta
        | extension, isGzip when List.contains extension stockholm ->
            readAs path isGzip stockholmRows
        | _ -> Ok None
