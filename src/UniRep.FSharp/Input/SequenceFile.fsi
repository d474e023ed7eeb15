namespace UniRep

open System.IO

/// Reads files of sequences as streams: memory does not grow with the file.
[<RequireQualifiedAccess>]
module SequenceFile =
    /// Tells the format by the extension, strict letters.
    val defaults: InputOptions

    /// Tells the format by a file's extension, if that says it; `.gz` is looked through.
    val formatOf: path: string -> InputFormat option

    /// Reads a file record by record. An error of one record is followed by the next record, any other ends the
    /// sequence; a file without a record gives NoRecord.
    val read: options: InputOptions -> path: string -> Result<SequenceRecord, InputError> seq

    /// Reads a stream, such as standard input: FASTA if it begins with `>`, else one sequence a line, unless the options
    /// say otherwise. `name` stands for the file in errors.
    val readStream:
        options: InputOptions ->
        name: string ->
        stream: Stream ->
            Result<SequenceRecord, InputError> seq

    /// Sums up records without keeping them; an error that ends the reading is the result.
    val summarize:
        records: Result<SequenceRecord, InputError> seq -> Result<InputSummary, InputError>
