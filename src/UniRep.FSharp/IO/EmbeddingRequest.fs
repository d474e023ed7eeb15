namespace UniRep.IO

open System
open System.IO
open UniRep

[<RequireQualifiedAccess>]
type EmbeddingInput =
    | File of path: string
    | Stream of name: string * stream: Stream
    | Records of name: string * records: SequenceRecord seq

[<RequireQualifiedAccess>]
type EmbeddingTarget =
    | File of path: string * overwrite: bool
    | Stream of name: string * stream: Stream

type EmbeddingRequest =
    {
        Input: EmbeddingInput
        Reading: InputOptions
        SkipInvalid: bool
        Target: EmbeddingTarget
        Format: OutputFormat
        Content: OutputContent
        Program: string
    }

[<RequireQualifiedAccess>]
type EmbeddingError =
    | BadInput of errors: InputError list * count: int64
    | NothingLeft of input: string
    | BadOutput of OutputError
    | NotWritable of output: string * reason: string
    | NotFinite of record: string

    member this.Message =
        match this with
        | BadInput(errors, count) ->
            let more = count - int64 errors.Length

            String.concat
                "\n"
                [
                    for error in errors do
                        error.Message
                    if more > 0L then
                        $"{more} more records are wrong"
                ]
        | NothingLeft input -> $"{input}: no record is left to embed"
        | BadOutput error -> error.Message
        | NotWritable(output, reason) -> $"{output}: cannot be written: {reason}"
        | NotFinite record ->
            // The first letters of a long name are enough.
            let shown = if record.Length > 60 then $"{record[..59]}…" else record

            $"record '{shown}': the model gives values that are not finite: its weights are damaged"

    interface IError with
        member this.Message = this.Message

type EmbeddingSummary =
    {
        Input: InputSummary
        Source: RecordSource option
        Warnings: string list
    }

type EmbeddingObserver =
    {
        OnOpen: IDisposable -> unit
        BeforeWrite: unit -> unit
    }

[<Sealed>]
type CheckedInput
    internal
    (
        name: string,
        summary: InputSummary option,
        longest: SequenceRecord option,
        hasColumns: bool,
        read: unit -> Result<SequenceRecord, InputError> seq,
        close: unit -> unit
    ) =
    member internal _.Name = name
    member _.Summary = summary
    member internal _.Longest = longest
    member internal _.HasColumns = hasColumns
    member internal _.Read() = read ()

    interface IDisposable with
        member _.Dispose() = close ()
