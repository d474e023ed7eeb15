namespace UniRep.Design

open System
open System.Collections.Generic
open System.IO
open System.Text
open UniRep
open UniRep.IO

/// A row as it stands in the file.
type internal AlignedRow =
    {
        Name: string
        Line: int64
        Text: StringBuilder
    }

/// The rows of an alignment as they stand in the file.
[<RequireQualifiedAccess>]
type internal AlignedText =
    | Fasta of AlignedRow[]
    /// Rows, and the reference line if there is one.
    | Stockholm of AlignedRow[] * reference: string option
    | Unknown

/// Reads the text of alignments.
[<RequireQualifiedAccess>]
module internal AlignmentFile =
    let private refuse error : 'a = raise (InputRefused error)

    let private headers = [ ".a2m"; ".a3m"; ".fasta"; ".fa"; ".afa"; ".faa"; ".fas" ]
    let private stockholm = [ ".sto"; ".stk"; ".stockholm" ]

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

        rows
        |> Seq.filter (fun row -> not (isAnnotation row.Name))
        |> Array.ofSeq
        |> AlignedText.Fasta

    let private stockholmRows file reader =
        let rows = List<AlignedRow>()
        let byName = Dictionary<string, AlignedRow>()
        let reference = StringBuilder()
        let mutable ended = false

        for number, line in lines file reader do
            if line.StartsWith "//" then
                ended <- true
            elif ended || line = "" then
                ()
            elif line.StartsWith '#' then
                match line.Split([| ' '; '\t' |], StringSplitOptions.RemoveEmptyEntries) with
                | [| "#=GC"; "RF"; marks |] -> reference.Append marks |> ignore
                | _ -> ()
            else
                match line.Split([| ' '; '\t' |], StringSplitOptions.RemoveEmptyEntries) with
                | [| name; text |] ->
                    match byName.TryGetValue name with
                    | true, row -> row.Text.Append text |> ignore
                    | _ ->
                        let row =
                            {
                                Name = name
                                Line = number
                                Text = StringBuilder text
                            }

                        byName[name] <- row
                        rows.Add row
                | _ ->
                    refuse (
                        InputError.BadRow(file, number, "a name and one aligned text are expected")
                    )

        AlignedText.Stockholm(
            rows.ToArray(),
            if reference.Length = 0 then
                None
            else
                Some(string reference)
        )

    let private isEmpty text =
        match text with
        | AlignedText.Fasta rows
        | AlignedText.Stockholm(rows, _) -> Array.isEmpty rows
        | AlignedText.Unknown -> false

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
                let text = rowsOf file (LineReader(file, InputText.openText file isGzip stream))

                if isEmpty text then
                    Error(InputError.NoRecord file)
                else
                    Ok text
        with
        | InputRefused error -> Error error
        | :? FileNotFoundException
        | :? DirectoryNotFoundException -> Error(InputError.NotFound file)
        | :? IOException
        | :? UnauthorizedAccessException
        | :? ArgumentException as error ->
            Error(InputError.CannotRead(file, FileFailure.reasonOf error))

    /// Reads the rows of a file by its extension.
    let read (path: string) =
        match extensionOf path with
        | extension, isGzip when List.contains extension headers -> readAs path isGzip fasta
        | extension, isGzip when List.contains extension stockholm ->
            readAs path isGzip stockholmRows
        | _ -> Ok AlignedText.Unknown
