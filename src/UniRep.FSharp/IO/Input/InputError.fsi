namespace UniRep.IO

open System.Text
open UniRep

/// Why sequences could not be read. Lines and columns count from 1.
[<RequireQualifiedAccess>]
type InputError =
    | NotFound of file: string
    | IsFolder of file: string
    | CannotRead of file: string * reason: string
    /// The file's extension is not that of a format.
    | UnknownFormat of file: string
    /// The file is of a kind that is not read, such as "a GenBank file".
    | OtherFormat of file: string * kind: string
    /// A byte that may be part of a sequence is not UTF-8.
    | NotUtf8 of file: string * line: int64 * column: int
    /// A gzip file is cut off or damaged; the reason says which.
    | BadGzip of file: string * reason: string
    /// A line, or a record, is longer than this many letters.
    | TooLong of file: string * line: int64 * limit: int
    /// Text before the first `>` of a FASTA file.
    | NoHeader of file: string * line: int64
    /// Text before the first line of a Stockholm file, `# STOCKHOLM 1.0`.
    | NoStockholmHeader of file: string * line: int64
    /// The text is of another format than its name or the options say.
    | Misnamed of file: string * format: InputFormat
    /// There is not one record.
    | NoRecord of file: string
    | EmptyRecord of file: string * record: string * line: int64
    | BadResidue of file: string * record: string * line: int64 * column: int * symbol: Rune
    /// A FASTA header in a list of one sequence a line.
    | HeaderInList of file: string * line: int64
    /// The first line of a list reads like the name of a column.
    | Heading of file: string * record: string * line: int64 * text: string
    /// A line of a list holds white space, commas or semicolons: it may be a name and a sequence.
    | SeveralWords of file: string * record: string * line: int64
    /// A table lacks a column.
    | NoColumn of file: string * column: string * columns: string list
    /// A row of a table, or a line of a Stockholm file, cannot be read.
    | BadRow of file: string * line: int64 * reason: string
    /// A table has several columns that usually hold sequences.
    | DoubtfulColumn of file: string * candidates: string list
    /// Several columns of a table have the name of a column that is needed.
    | RepeatedColumn of file: string * column: string
    /// The cells of a table are separated in another way than its format says.
    | OtherSeparator of file: string * expected: char * found: char
    /// The column names of a table without quoting are in quotes.
    | QuotedHeader of file: string
    /// A cell for a sequence holds the mark of a missing value, or no letter.
    | MissingSequence of file: string * record: string * line: int64 * cell: string
    /// The states of a sequence's residues are more numbers than one array holds; the limit counts residues.
    | TooManyStates of file: string * record: string * line: int64 * residues: int * limit: int
    /// A row of what must be an alignment has another number of match columns than the first row.
    | NotAligned of file: string * record: string * line: int64 * expected: int * found: int
    /// A row of a Stockholm file has another number of columns than the first row.
    | UnequalRows of file: string * record: string * line: int64 * expected: int * found: int
    /// Variants are read from a table, and the file is none.
    | NotATable of file: string
    /// A cell of a column of numbers holds something else.
    | NotANumber of file: string * line: int64 * column: string * cell: string
    /// A cell does not hold a variant of the wild type.
    | BadVariant of file: string * line: int64 * error: VariantError

    interface IError

    /// Gets where and what is wrong and, where it helps, what to do, on one line.
    member Message: string

/// Works on errors of input.
[<RequireQualifiedAccess>]
module InputError =
    /// Checks whether an error concerns one record only, so that reading can continue with the next.
    val isOfRecord: error: InputError -> bool
