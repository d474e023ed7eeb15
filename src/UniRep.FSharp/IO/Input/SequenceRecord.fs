namespace UniRep.IO

open System
open System.Text.Json.Serialization
open UniRep

[<RequireQualifiedAccess>]
type Keep =
    | Columns of names: string list
    | Everything
    | WholeTable

type RecordSource =
    {
        SequenceColumn: string option
        IdColumn: string option
        ColumnCount: int
        Kept: string list
    }

type SequenceRecord =
    {
        Id: string
        Header: string
        Sequence: Sequence
        Line: int64
        Kept: string[]
        Aligned: byte[]
        Source: RecordSource
        IsLatin1: bool
    }

type InputOptions =
    {
        Format: InputFormat option
        SequenceColumn: string option
        IdColumn: string option
        UpperCase: bool
        TrimStop: bool
        UnknownAsX: bool
        GapsAsX: bool
        KeepAligned: bool
        [<JsonIgnore>]
        Keep: Keep option
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SequenceRecord =
    let noSource =
        {
            SequenceColumn = None
            IdColumn = None
            ColumnCount = 0
            Kept = []
        }

    let ofSequence (id: string, sequence: Sequence) =
        ArgumentNullException.ThrowIfNull(id, nameof id)
        ArgumentNullException.ThrowIfNull(box sequence, nameof sequence)

        {
            Id = id
            Header = id
            Sequence = sequence
            Line = 0L
            Kept = Array.empty
            Aligned = Array.empty
            Source = noSource
            IsLatin1 = false
        }
