namespace UniRep

open System
open System.IO

[<RequireQualifiedAccess>]
type EmbeddingInput =
    | File of path: string
    | Stream of name: string * stream: Stream

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

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EmbeddingError =
    let private longestName = 60

    let describe error =
        match error with
        | EmbeddingError.BadInput(errors, count) ->
            let more = count - int64 errors.Length

            String.concat
                "\n"
                [
                    yield! List.map InputError.describe errors
                    if more > 0L then
                        $"{more} more records are wrong"
                ]
        | EmbeddingError.NothingLeft input -> $"{input}: no record is left to embed"
        | EmbeddingError.BadOutput error -> RepFile.describe error
        | EmbeddingError.NotWritable(output, reason) -> $"{output}: cannot be written: {reason}"
        | EmbeddingError.NotFinite record ->
            let shown =
                if record.Length > longestName then
                    $"{record[.. longestName - 1]}…"
                else
                    record

            $"record '{shown}': the model gives values that are not finite: its weights are damaged"

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
        read: unit -> Result<SequenceRecord, InputError> seq,
        close: unit -> unit
    ) =
    member internal _.Name = name
    member _.Summary = summary
    member internal _.Longest = longest
    member internal _.Read() = read ()

    interface IDisposable with
        member _.Dispose() = close ()
