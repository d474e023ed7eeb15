namespace UniRep.IO

open System.IO
open UniRep

/// Reads files of sequences as streams: memory does not grow with the file. Of a Stockholm file one alignment after
/// another is in memory, because any line may continue a row.
[<RequireQualifiedAccess>]
module SequenceFile =
    /// Gets the usual options: the format by the extension, strict letters.
    val defaults: InputOptions

    /// Gets the format that a file's extension says, before `.gz`; None if it says none.
    val formatOf: path: string -> InputFormat option

    /// Reads a file record by record. An error of one record is followed by the next record, any other ends the
    /// sequence; a file without a record gives NoRecord. The options say the format, or else the extension; a `.txt` is
    /// FASTA if it begins with `>`, Stockholm if it begins with `# STOCKHOLM`, else one sequence a line, and so is a pipe
    /// or device without an extension, which can be read once only.
    /// Compressed files are known by their first bytes; UTF-16 with a byte order mark is read as well.
    val read: options: InputOptions -> path: string -> Result<SequenceRecord, InputError> seq

    /// Reads all records of a file into memory, as `read` does by default; or says what is wrong with the first twenty
    /// records that are wrong, and how many there are.
    ///
    /// <example><code>let records = SequenceFile.load "proteins.fasta" |> Result.orRaise</code></example>
    val load: path: string -> Result<SequenceRecord[], FileError>

    /// Reads all records of a file into memory with options.
    val loadWith: options: InputOptions -> path: string -> Result<SequenceRecord[], FileError>

    /// Reads the variants of a wild type whose first residue has a number, from a column of a table.
    val internal readVariants:
        first: int ->
        wildType: Sequence ->
        options: InputOptions ->
        path: string ->
            Result<SequenceRecord, InputError> seq

    /// Reads the variants of a wild type from a table in a stream.
    val internal readVariantsStream:
        first: int ->
        wildType: Sequence ->
        options: InputOptions ->
        name: string ->
        stream: Stream ->
            Result<SequenceRecord, InputError> seq

    /// Gathers records, or the first errors and their count.
    val internal collect:
        records: Result<SequenceRecord, InputError> seq -> Result<SequenceRecord[], FileError>

    /// Reads a stream, such as standard input, as `read` reads a file. Errors call the stream `name`; if neither
    /// the options nor its extension say the format, it is FASTA if it begins with `>`, Stockholm if it begins with
    /// `# STOCKHOLM`, else one sequence a line.
    val readStream:
        options: InputOptions ->
        name: string ->
        stream: Stream ->
            Result<SequenceRecord, InputError> seq

    /// Checks whether a path names a device or a file that is open, such as `/dev/stdin` or `/dev/fd/3`.
    val isDevice: path: string -> bool

    /// Opens what can be read once only: a FIFO, `/dev/stdin`, `/dev/fd/N`, a terminal. None for other files, and for
    /// what cannot be opened; a FIFO that nobody writes to is waited for.
    val tryOpenOnce: path: string -> Stream option

    /// Sums up records without keeping them; an error that ends the reading is the result.
    val summarize:
        records: Result<SequenceRecord, InputError> seq -> Result<InputSummary, InputError>
