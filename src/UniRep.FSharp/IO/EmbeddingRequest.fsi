namespace UniRep.IO

open System
open System.IO
open UniRep

/// Where an embedding reads its sequences.
[<RequireQualifiedAccess>]
type EmbeddingInput =
    /// A file. What can be read only once (a pipe, a device) is noticed and treated as a stream.
    | File of path: string
    /// A stream that is read once; messages call it by this name.
    | Stream of name: string * stream: Stream
    /// Records, all with the same columns in `Kept`; messages call them by this name. An array or a list is checked before
    /// anything is computed; any other sequence is read once.
    | Records of name: string * records: SequenceRecord seq

/// Where an embedding writes its results.
[<RequireQualifiedAccess>]
type EmbeddingTarget =
    /// A file, and whether an existing one is replaced.
    | File of path: string * overwrite: bool
    /// A stream, which stays open; messages call it by this name.
    | Stream of name: string * stream: Stream

/// What an embedding computes, from where to where.
type EmbeddingRequest =
    {
        Input: EmbeddingInput
        /// How the input is read; ignored for records.
        Reading: InputOptions
        /// Leaves out records that are wrong, instead of refusing the whole input.
        SkipInvalid: bool
        Target: EmbeddingTarget
        Format: OutputFormat
        Content: OutputContent
        /// The program that the metadata of the output names.
        Program: string
    }

/// Why an embedding cannot be made.
[<RequireQualifiedAccess>]
type EmbeddingError =
    /// Records are wrong, or the input cannot be read: the first errors, and how many there are.
    | BadInput of errors: InputError list * count: int64
    /// Every record was left out.
    | NothingLeft of input: string
    /// The output cannot be opened.
    | BadOutput of OutputError
    /// Writing failed.
    | NotWritable of output: string * reason: string
    /// The model gives values that are not finite: its weights are damaged.
    | NotFinite of record: string

    interface IError

    /// Gets what is wrong, a line for each error.
    member Message: string

/// What an embedding found and did.
type EmbeddingSummary =
    {
        /// What was read.
        Input: InputSummary
        /// Where the parts of the records come from; None if there was no record.
        Source: RecordSource option
        /// What a user should know of how the output was written, in sentences.
        Warnings: string list
    }

/// Callbacks of an embedding.
type EmbeddingObserver =
    {
        /// The output is open; disposing of it removes what is incomplete.
        OnOpen: IDisposable -> unit
        /// Called before each result is written; raises IOException if nobody reads the output any more.
        BeforeWrite: unit -> unit
    }

/// An input that has passed the check.
[<Sealed>]
type CheckedInput =
    interface IDisposable

    /// Gets what the first pass found; None for an input that can be read only once.
    member Summary: InputSummary option

    member internal Name: string
    /// The record with the longest sequence, after a first pass.
    member internal Longest: SequenceRecord option
    /// Whether the columns of the output depend on the first record.
    member internal HasColumns: bool
    member internal Read: unit -> Result<SequenceRecord, InputError> seq

    internal new:
        name: string *
        summary: InputSummary option *
        longest: SequenceRecord option *
        hasColumns: bool *
        read: (unit -> Result<SequenceRecord, InputError> seq) *
        close: (unit -> unit) ->
            CheckedInput
