namespace UniRep

open System

type InputFormat =
    | Fasta
    | A2m
    | Lines
    | Csv
    | Tsv

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

[<RequireQualifiedAccess>]
module InputError =
    let isOfRecord error =
        match error with
        | EmptyRecord _
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

    let describe error =
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
            $"{file}: record '{record}', line {line}: the sequence is empty"
        | BadResidue(file, record, line, column, symbol) ->
            let shown =
                if Char.IsControl symbol || Char.IsSurrogate symbol then
                    $"U+{int symbol:X4}"
                else
                    $"'{symbol}'"

            $"{file}: record '{record}', line {line}, column {column}: {shown} is not a residue: {advice symbol}"
        | NoColumn(file, column, columns) ->
            $"""{file}: no column '{column}'; there are: {String.concat ", " columns}. Name one with --sequence-column or --id-column"""
        | BadRow(file, line, reason) -> $"{file}: line {line}: {reason}"
