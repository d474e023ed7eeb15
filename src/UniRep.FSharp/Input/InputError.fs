namespace UniRep

open System
open System.Globalization

type InputFormat =
    | Fasta
    | A2m
    | Lines
    | Csv
    | Tsv

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module InputFormat =
    let names = [ "fasta", Fasta; "a2m", A2m; "lines", Lines; "csv", Csv; "tsv", Tsv ]

type InputError =
    | NotFound of file: string
    | IsFolder of file: string
    | CannotRead of file: string * reason: string
    | UnknownFormat of file: string
    | NotUtf8 of file: string * line: int64 * column: int
    | BadGzip of file: string * reason: string
    | NoHeader of file: string * line: int64
    | NoRecord of file: string
    | EmptyRecord of file: string * record: string * line: int64
    | BadResidue of file: string * record: string * line: int64 * column: int * symbol: char
    | NoColumn of file: string * column: string * columns: string list
    | BadRow of file: string * line: int64 * reason: string
    | DoubtfulColumn of file: string * candidates: string list
    | RepeatedColumn of file: string * column: string
    | OtherSeparator of file: string * expected: char * found: char
    | QuotedHeader of file: string
    | MissingSequence of file: string * record: string * line: int64 * cell: string
    | TooManyStates of file: string * record: string * line: int64 * residues: int * limit: int

[<RequireQualifiedAccess>]
module InputError =
    let isOfRecord error =
        match error with
        | EmptyRecord _
        | MissingSequence _
        | TooManyStates _
        | BadResidue _ -> true
        | _ -> false

    let private advice symbol =
        match symbol with
        | '*' -> "give --trim-stop for stops at the end, or cut the sequence there"
        | '-'
        | '.' -> "read alignments with --input-format a2m, which drops gaps"
        | symbol when Char.IsAsciiLetterLower symbol ->
            "give --upper-case to read lower-case letters"
        | _ -> "give --on-invalid x to read it as X, or --on-invalid skip to leave the record out"

    /// A symbol in quotes, or its code where it would not be seen.
    let private visible (symbol: char) =
        if
            Char.IsControl symbol
            || Char.IsSurrogate symbol
            || Char.IsWhiteSpace symbol
            || Char.GetUnicodeCategory symbol = UnicodeCategory.Format
        then
            $"U+{int symbol:X4}"
        else
            $"'{symbol}'"

    /// A record's name on one line, cut where it is very long.
    let private short (name: string) = Quote.upTo 60 name

    /// Names of columns, the first twenty of them.
    let private listed (columns: string list) =
        let named name =
            if name = "" then "(no name)" else short name

        let more =
            if columns.Length > 20 then
                $" and {columns.Length - 20} more"
            else
                ""

        (columns |> List.truncate 20 |> List.map named |> String.concat ", ") + more

    let private separatorName separator =
        match separator with
        | ',' -> "commas"
        | '\t' -> "tabs"
        | ';' -> "semicolons"
        | other -> $"'{other}'"

    let private separatorAdvice found =
        match found with
        | ',' -> "give --input-format csv"
        | '\t' -> "give --input-format tsv"
        | ';' ->
            "spreadsheets write them where a comma is the decimal mark: save it with tabs and give --input-format tsv"
        | _ -> "save it with tabs and give --input-format tsv"

    let private text error =
        match error with
        | NotFound file -> $"{file}: no such file"
        | IsFolder file -> $"{file}: is a folder, not a file of sequences"
        | CannotRead(file, reason) -> $"{file}: {reason}"
        | UnknownFormat file ->
            $"{file}: the extension tells no format (.fasta .fa .faa .a2m .txt .csv .tsv, each also .gz): give --input-format"
        | NotUtf8(file, line, column) ->
            $"{file}: line {line}, byte {column}: not UTF-8 text: convert the file, or remove the byte"
        | BadGzip(file, reason) -> $"{file}: the gzip file is damaged or cut off: {reason}"
        | NoHeader(file, line) ->
            $"{file}: line {line}: text before the first '>': is this a FASTA file? Otherwise give --input-format"
        | NoRecord file -> $"{file}: there is not one record in it"
        | EmptyRecord(file, record, line) ->
            $"{file}: record '{short record}', line {line}: the sequence is empty"
        | BadResidue(file, record, line, column, symbol) ->
            $"{file}: record '{short record}', line {line}, column {column}: {visible symbol} is not a residue: {advice symbol}"
        | NoColumn(file, column, columns) ->
            $"{file}: no column '{short column}'; there are: {listed columns}. Name one with --sequence-column, --id-column or --keep"
        | BadRow(file, line, reason) -> $"{file}: line {line}: {reason}"
        | DoubtfulColumn(file, candidates) ->
            $"{file}: several columns may hold the sequences: {listed candidates}. Name one with --sequence-column"
        | RepeatedColumn(file, column) ->
            $"{file}: several columns are called '{short column}': rename all but one"
        | OtherSeparator(file, expected, found) ->
            $"{file}: the header has {separatorName found}, not {separatorName expected}: {separatorAdvice found}"
        | QuotedHeader file ->
            $"{file}: the column names are in quotes, which are letters like any other in a TSV: save it without quotes (R: quote = FALSE), or as CSV"
        | MissingSequence(file, record, line, cell) ->
            $"{file}: record '{short record}', line {line}: '{short cell}' means a missing value, not a sequence: give --on-invalid skip to leave such rows out; a peptide of these letters can be given in a FASTA file"
        | TooManyStates(file, record, line, residues, limit) ->
            $"{file}: record '{short record}', line {line}: {residues} residues have more states than one array holds; with this model there may be {limit}: cut the sequence, give --on-invalid skip to leave it out, or leave --per-residue out"

    // Names of files, columns and records are foreign text.
    let describe error = Quote.line (text error)
