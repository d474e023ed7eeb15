namespace UniRep

open System.IO

/// What a first pass over a file finds.
type InputSummary =
    {
        /// Records that can be read.
        Records: int64
        /// Residues of these records.
        Residues: int64
        /// How often each letter occurs whose embedding was never trained.
        Untrained: Map<char, int64>
        /// Records whose id occurred before.
        RepeatedIds: int64
        /// What is wrong with single records, the first twenty of it.
        Errors: InputError list
        /// How many records are wrong.
        BadRecords: int64
    }

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
