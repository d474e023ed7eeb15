namespace UniRep

type SequenceRecord =
    {
        Id: string
        Header: string
        Sequence: Sequence
        Line: int64
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
    }
