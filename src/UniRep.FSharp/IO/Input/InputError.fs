namespace UniRep.IO

open System
open System.Globalization
open System.Text
open UniRep

/// Parts of messages about input.
module InputErrorText =
    /// What to do about a symbol; never what would make one record of two.
    let remedy (symbol: Rune) =
        match SymbolKind.ofRune symbol with
        | SymbolKind.Lookalike letter ->
            $"it only looks like the letter {letter}: type that instead"
        | SymbolKind.Nul -> "was the file cut off and filled with zeros, or is it UTF-16?"
        | SymbolKind.ByteOrderMark ->
            "a byte order mark within a file: were files joined? Remove it, and see that a header follows a line break"
        | SymbolKind.HeaderMark -> "a header must begin its line: put a line break before it"
        | SymbolKind.Stop -> "end the sequence there"
        | SymbolKind.Gap -> "read alignments as A2M, which drops gaps"
        | SymbolKind.Comma -> "is this a table?"
        | SymbolKind.Digit ->
            "remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA"
        | SymbolKind.LowerCase -> "write residues in upper case"
        | SymbolKind.Unknown -> "write X for an unknown residue"
        | SymbolKind.Foreign -> "remove it, or write what it stands for"
        | SymbolKind.Other -> "remove it"

    /// A record's name on one line, cut where it is very long.
    let short (name: string) = Quote.upTo 60 name

    /// Names of columns, the first twenty of them.
    let listed (columns: string list) =
        let named name =
            if name = "" then "(no name)" else short name

        let more =
            if columns.Length > 20 then
                $" and {columns.Length - 20} more"
            else
                ""

        (columns |> List.truncate 20 |> List.map named |> String.concat ", ") + more

    let separatorName separator =
        match separator with
        | ',' -> "commas"
        | '\t' -> "tabs"
        | ';' -> "semicolons"
        | other -> $"'{other}'"

    let separatorRemedy found =
        match found with
        | ',' -> "read it as CSV"
        | '\t' -> "read it as TSV"
        | ';' ->
            "spreadsheets write them where a comma is the decimal mark: save it with tabs, as TSV"
        | _ -> "save it with tabs, as TSV"

    let readable () =
        (InputFormat.all |> List.collect _.Extensions |> String.concat " ")
        + ", each also .gz"

    /// Whether a file's extension says that it holds nucleotides.
    let isOfNucleotides (file: string) =
        [ ".fna"; ".ffn"; ".frn"; ".fastq"; ".fq" ]
        |> List.exists (fun ending ->
            file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase))

[<RequireQualifiedAccess>]
type InputError =
    | NotFound of file: string
    | IsFolder of file: string
    | CannotRead of file: string * reason: string
    | UnknownFormat of file: string
    | OtherFormat of file: string * kind: string
    | NotUtf8 of file: string * line: int64 * column: int
    | BadGzip of file: string * reason: string
    | TooLong of file: string * line: int64 * limit: int
    | NoHeader of file: string * line: int64
    | NoStockholmHeader of file: string * line: int64
    | Misnamed of file: string * format: InputFormat
    | NoRecord of file: string
    | EmptyRecord of file: string * record: string * line: int64
    | BadResidue of file: string * record: string * line: int64 * column: int * symbol: Rune
    | HeaderInList of file: string * line: int64
    | Heading of file: string * record: string * line: int64 * text: string
    | SeveralWords of file: string * record: string * line: int64
    | NoColumn of file: string * column: string * columns: string list
    | BadRow of file: string * line: int64 * reason: string
    | DoubtfulColumn of file: string * candidates: string list
    | RepeatedColumn of file: string * column: string
    | OtherSeparator of file: string * expected: char * found: char
    | QuotedHeader of file: string
    | MissingSequence of file: string * record: string * line: int64 * cell: string
    | TooManyStates of file: string * record: string * line: int64 * residues: int * limit: int
    | NotAligned of file: string * record: string * line: int64 * expected: int * found: int
    | UnequalRows of file: string * record: string * line: int64 * expected: int * found: int
    | NotATable of file: string
    | NotANumber of file: string * line: int64 * column: string * cell: string
    | BadVariant of file: string * line: int64 * error: VariantError

    // Names of files, columns and records are foreign text.
    member this.Message =
        Quote.line (
            match this with
            | InputError.NotFound file -> $"{file}: no such file"
            | InputError.IsFolder file -> $"{file}: is a folder, not a file of sequences"
            | InputError.CannotRead(file, reason) -> $"{file}: {reason}"
            | InputError.UnknownFormat file when InputErrorText.isOfNucleotides file ->
                $"{file}: the extension means nucleotides, but the model reads proteins: translate them first"
            | InputError.UnknownFormat file ->
                $"{file}: unknown extension; known are {InputErrorText.readable ()}"
            | InputError.OtherFormat(file, kind) ->
                $"{file}: this is {kind}, which cannot be read: give the sequences as FASTA or as a table"
            | InputError.NotUtf8(file, line, column) ->
                $"{file}: line {line}, byte {column}: not UTF-8 text: convert the file, or remove the byte"
            | InputError.BadGzip(file, reason) ->
                $"{file}: bad gzip file: {reason}: fetch or compress it again"
            | InputError.TooLong(file, line, limit) ->
                let limit = limit.ToString("N0", CultureInfo.InvariantCulture)

                $"{file}: line {line}: a line or a record of more than {limit} letters: is this a file of protein sequences?"
            | InputError.NoHeader(file, line) ->
                $"{file}: line {line}: text before the first '>': is this a FASTA file?"
            | InputError.NoStockholmHeader(file, line) ->
                $"{file}: line {line}: text before '# STOCKHOLM 1.0': is this a Stockholm file?"
            | InputError.Misnamed(file, format) ->
                $"{file}: the text is in the format {format.Name}, not in that of its name or of the options: name it {format.Extensions.Head}, or read it as {format.Name}"
            | InputError.NoRecord file -> $"{file}: there is no record in it"
            | InputError.EmptyRecord(file, record, line) ->
                $"{file}: record '{InputErrorText.short record}', line {line}: the sequence is empty"
            | InputError.BadResidue(file, record, line, column, symbol) ->
                $"{file}: record '{InputErrorText.short record}', line {line}, column {column}: {Symbol.shown symbol} is not a residue: {InputErrorText.remedy symbol}"
            | InputError.HeaderInList(file, line) ->
                $"{file}: line {line}: '>' begins a FASTA header, but the lines before are a list of one sequence a line: read the file as FASTA, or remove what is before its first header"
            | InputError.Heading(file, _, line, text) ->
                $"{file}: line {line}: '{text}' reads like a heading, not a sequence: remove it; a sequence like this needs a FASTA header"
            | InputError.SeveralWords(file, _, line) ->
                $"{file}: line {line}: more than one word on a line that should be one sequence: write names and sequences as FASTA, or as a table with a header row"
            | InputError.NoColumn(file, column, columns) ->
                $"{file}: no column '{InputErrorText.short column}'; there are: {InputErrorText.listed columns}"
            | InputError.BadRow(file, line, reason) -> $"{file}: line {line}: {reason}"
            | InputError.DoubtfulColumn(file, candidates) ->
                $"{file}: several columns may hold the sequences: {InputErrorText.listed candidates}"
            | InputError.RepeatedColumn(file, column) ->
                $"{file}: several columns are called '{InputErrorText.short column}': rename all but one"
            | InputError.OtherSeparator(file, expected, found) ->
                $"{file}: the header has {InputErrorText.separatorName found}, not {InputErrorText.separatorName expected}: {InputErrorText.separatorRemedy found}"
            | InputError.QuotedHeader file ->
                $"{file}: the column names are in quotes, which are letters like any other in a TSV: save it without quotes (R: quote = FALSE), or as CSV"
            | InputError.MissingSequence(file, record, line, cell) ->
                $"{file}: record '{InputErrorText.short record}', line {line}: '{InputErrorText.short cell}' means a missing value, not a sequence: remove the row; a peptide of these letters can be given in a FASTA file"
            | InputError.TooManyStates(file, record, line, residues, limit) ->
                let place = if line > 0L then $", line {line}" else ""

                $"{file}: record '{InputErrorText.short record}'{place}: {residues} residues have more states than one array holds; with this model there may be {limit}: cut the sequence, or leave it out"
            | InputError.NotAligned(file, record, line, expected, found) ->
                $"{file}: record '{InputErrorText.short record}', line {line}: {found} columns, the first record has {expected}: the identity of sequences needs an alignment, in which all have the same columns (in A2M and A3M upper case and - count): align them, with MMseqs2, HHblits or MAFFT, and save it as .a3m or .a2m"
            | InputError.UnequalRows(file, record, line, expected, found) ->
                $"{file}: record '{InputErrorText.short record}', line {line}: {found} columns, the first row has {expected}: all rows of a Stockholm alignment have the same number, and lines of one name are one row"
            | InputError.NotATable file ->
                $"{file}: this is not a table with a header row (.csv or .tsv)"
            | InputError.NotANumber(file, line, column, cell) ->
                let hint =
                    if cell.Contains ',' then
                        ": write the decimal point as '.'"
                    else
                        ""

                $"{file}: line {line}, column '{InputErrorText.short column}': '{InputErrorText.short cell}' is not a number{hint}"
            | InputError.BadVariant(file, line, error) -> $"{file}: line {line}: {error.Message}"
        )

    interface IError with
        member this.Message = this.Message

[<RequireQualifiedAccess>]
module InputError =
    let isOfRecord error =
        match error with
        | InputError.EmptyRecord _
        | InputError.MissingSequence _
        | InputError.TooManyStates _
        | InputError.BadResidue _
        | InputError.NotANumber _
        | InputError.BadVariant _
        | InputError.Heading _
        | InputError.SeveralWords _ -> true
        | _ -> false
