namespace UniRep.Design

open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type ScoringError =
    | Input of FileError
    | Alignment of AlignmentError
    | NotOneRecord of file: string * records: int
    | BadRegion of first: int * last: int * lowest: int * highest: int
    | OtherLength of file: string * line: int64 * id: string * expected: int * found: int
    | ColumnTaken of file: string * column: string
    | Output of OutputError

    member this.Message =
        match this with
        | ScoringError.Input error -> error.Message
        | ScoringError.Alignment error -> error.Message
        | ScoringError.NotOneRecord(file, records) ->
            $"{Quote.line file}: holds {records} sequences, and the wild type is one: put it alone into a file"
        | ScoringError.BadRegion(first, last, lowest, highest) ->
            $"region {first}-{last}: give two residues between {lowest} and {highest}, the lower first"
        | ScoringError.OtherLength(file, line, id, expected, found) ->
            $"{Quote.line file}: record '{Quote.upTo 60 id}', line {line}: {found} residues; a region or an alignment needs sequences as long as the wild type, {expected}"
        | ScoringError.ColumnTaken(file, column) ->
            $"{Quote.line file}: there is a column '{column}' already, the name of one that is added: rename or remove it"
        | ScoringError.Output error -> error.Message

    interface IError with
        member this.Message = this.Message

type WildType =
    {
        Id: string
        Sequence: Sequence
        First: int
        Whole: Sequence
        Skipped: int
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module WildType =
    let ofSequence offset region id (whole: Sequence) =
        let lowest, highest = offset + 1, offset + whole.Length
        let first, last = region |> Option.defaultValue (lowest, highest)

        if first < lowest || last < first || last > highest then
            Error(ScoringError.BadRegion(first, last, lowest, highest))
        else
            Ok
                {
                    Id = id
                    Sequence = Sequence.slice (first - lowest) (last - first + 1) whole
                    First = first
                    Whole = whole
                    Skipped = first - lowest
                }

    let load offset region path =
        SequenceFile.load path
        |> Result.mapError ScoringError.Input
        |> Result.bind (fun records ->
            match records with
            | [| record |] -> ofSequence offset region record.Id record.Sequence
            | _ -> Error(ScoringError.NotOneRecord(path, records.Length)))

    let last wildType =
        wildType.First + wildType.Sequence.Length - 1
