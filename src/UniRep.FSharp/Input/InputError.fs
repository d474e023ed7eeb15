namespace UniRep

open System
open System.Globalization
open System.Text

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
    | OtherFormat of file: string * kind: string
    | NotUtf8 of file: string * line: int64 * column: int
    | BadGzip of file: string * reason: string
    | TooLong of file: string * line: int64 * limit: int
    | NoHeader of file: string * line: int64
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

[<RequireQualifiedAccess>]
module InputError =
    let isOfRecord error =
        match error with
        | EmptyRecord _
        | MissingSequence _
        | TooManyStates _
        | BadResidue _
        | Heading _
        | SeveralWords _ -> true
        | _ -> false

    let private residueAdvice =
        "give --on-invalid x to read it as X, or --on-invalid skip to leave the record out"

    /// What to do about a symbol; never what would make one record of two.
    let private advice (symbol: Rune) =
        match symbol.Value, Symbol.lookalike symbol with
        | _, Some letter -> $"it only looks like the letter {letter}: type that instead"
        | 0, _ -> "was the file cut off and filled with zeros, or is it UTF-16?"
        | 0xFEFF, _ ->
            "a byte order mark within a file: were files joined? Remove it, and see that a header follows a line break"
        | code, _ when code >= 128 && not (Rune.IsLetter symbol) || code > 0xFFFF ->
            "remove it, or write what it stands for"
        | code, _ ->
            match char code with
            | '>' -> "a header must begin its line: put a line break before it"
            | '*' -> "give --trim-stop to drop one at the end, or cut the sequence there"
            | '-'
            | '.' -> "read alignments with --input-format a2m, which drops gaps"
            | ',' -> "is this a table? Then give --input-format csv"
            | symbol when Char.IsAsciiDigit symbol ->
                "remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA"
            | symbol when Char.IsAsciiLetterLower symbol ->
                "give --upper-case to read lower-case letters"
            | '?' -> residueAdvice
            | _ when Rune.IsLetter symbol -> residueAdvice
            | _ -> "remove it, or give --on-invalid skip to leave the record out"

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

    let private readable =
        ".fasta .fa .faa .fas .fsa .pep .mpfa .a2m .a3m .afa .txt .csv .tsv, each also .gz"

    /// Whether a file's extension says that it holds nucleotides.
    let private isOfNucleotides (file: string) =
        [ ".fna"; ".ffn"; ".frn"; ".fastq"; ".fq" ]
        |> List.exists (fun ending ->
            file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(ending + ".gz", StringComparison.OrdinalIgnoreCase))

    let private text error =
        match error with
        | NotFound file -> $"{file}: no such file"
        | IsFolder file -> $"{file}: is a folder, not a file of sequences"
        | CannotRead(file, reason) -> $"{file}: {reason}"
        | UnknownFormat file when isOfNucleotides file ->
            $"{file}: the extension means nucleotides, but the model reads proteins: translate them first, or give --input-format if these are proteins"
        | UnknownFormat file ->
            $"{file}: the extension tells no format ({readable}): give --input-format"
        | OtherFormat(file, kind) ->
            $"{file}: this is {kind}, which cannot be read: give the sequences as FASTA or as a table"
        | NotUtf8(file, line, column) ->
            $"{file}: line {line}, byte {column}: not UTF-8 text: convert the file, or remove the byte"
        | BadGzip(file, reason) -> $"{file}: bad gzip file: {reason}: fetch or compress it again"
        | TooLong(file, line, limit) ->
            let limit = limit.ToString("N0", CultureInfo.InvariantCulture)

            $"{file}: line {line}: a line or a record of more than {limit} letters: is this a file of protein sequences?"
        | NoHeader(file, line) ->
            $"{file}: line {line}: text before the first '>': is this a FASTA file? Otherwise give --input-format"
        | NoRecord file -> $"{file}: there is not one record in it"
        | EmptyRecord(file, record, line) ->
            $"{file}: record '{short record}', line {line}: the sequence is empty"
        | BadResidue(file, record, line, column, symbol) ->
            $"{file}: record '{short record}', line {line}, column {column}: {Symbol.shown symbol} is not a residue: {advice symbol}"
        | HeaderInList(file, line) ->
            $"{file}: line {line}: '>' begins a FASTA header, but the lines before are a list of one sequence a line: give --input-format fasta, or mend the file's beginning"
        | Heading(file, _, line, text) ->
            $"{file}: line {line}: '{text}' reads like a heading, not a sequence: remove it, or give --on-invalid skip; a sequence like this needs a FASTA header"
        | SeveralWords(file, _, line) ->
            $"{file}: line {line}: more than one word on a line that should be one sequence: write names and sequences as FASTA, or as a table with a header row (--input-format csv or tsv)"
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
