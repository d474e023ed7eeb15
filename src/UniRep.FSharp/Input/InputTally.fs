namespace UniRep

open System.Collections.Generic

type InputSummary =
    {
        Records: int64
        Residues: int64
        Untrained: Map<char, int64>
        RepeatedIds: int64
        Errors: InputError list
        BadRecords: int64
    }

[<Sealed>]
type InputTally() =
    let maximalIds = 4_000_000
    let maximalErrors = 20
    let ids = HashSet<uint64>()
    let untrained = Dictionary<char, int64>()
    let errors = List<InputError>()
    let mutable count, residues, repeated, bad = 0L, 0L, 0L, 0L

    /// A 64-bit hash (FNV-1a): ids of large files are not kept as strings.
    let hash (text: string) =
        let mutable hash = 0xcbf29ce484222325UL

        for symbol in text do
            hash <- (hash ^^^ uint64 symbol) * 0x100000001b3UL

        hash

    member _.Add(record: SequenceRecord) =
        if count < int64 maximalIds && not (ids.Add(hash record.Id)) then
            repeated <- repeated + 1L

        count <- count + 1L
        residues <- residues + int64 record.Sequence.Length

        for letter, number in Sequence.untrained record.Sequence do
            untrained[letter] <-
                match untrained.TryGetValue letter with
                | true, before -> before + int64 number
                | _ -> int64 number

    member _.AddBad(error: InputError) =
        bad <- bad + 1L

        if errors.Count < maximalErrors then
            errors.Add error

    member _.Summary =
        {
            Records = count
            Residues = residues
            Untrained = untrained |> Seq.map (|KeyValue|) |> Map.ofSeq
            RepeatedIds = repeated
            Errors = List.ofSeq errors
            BadRecords = bad
        }
