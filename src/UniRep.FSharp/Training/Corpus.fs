namespace UniRep.Training

open System
open System.Collections.Generic
open System.Security.Cryptography
open UniRep
open UniRep.IO

[<Sealed>]
type Corpus internal (chunks: byte[][], starts: int64[], chunkSize: int) =
    /// Sequence i begins at a place of all chunks and ends where the next begins, or the chunk.
    member _.Count = starts.Length / 2

    member _.Residues =
        Seq.init (starts.Length / 2) (fun i -> starts[2 * i + 1]) |> Seq.sum

    member _.Length index = int starts[2 * index + 1]

    member _.Tokens index =
        let place, length = starts[2 * index], int starts[2 * index + 1]
        let chunk = int (place / int64 chunkSize)
        ReadOnlyMemory(chunks[chunk], int (place % int64 chunkSize), length)

type CorpusFilter =
    {
        MinLength: int
        MaxLength: int
        KeepDuplicates: bool
        MaxIdentity: float option
        SkipInvalid: bool
    }

type IdentityReport =
    {
        Limit: float
        Rows: int64
        Remaining: int64
    }

type CorpusSummary =
    {
        Read: int64
        Kept: int64
        Duplicates: int64
        TooShort: int64
        TooLong: int64
        Invalid: int64
        Identity: IdentityReport option
        Residues: int64
        Untrained: Map<char, int64>
        Warnings: string list
    }

/// Collects sequences one after another, in chunks, so that nothing large is ever copied. A sequence that is longer than
/// a chunk has one of its own, which then counts for several.
[<Sealed>]
type internal CorpusBuilder() =
    static let chunkSize = 1 <<< 24
    let chunks = ResizeArray<byte[]>()
    let starts = ResizeArray<int64>()
    let mutable used = chunkSize

    member _.Add(tokens: ReadOnlySpan<byte>) =
        if used + tokens.Length > chunkSize then
            chunks.Add(Array.zeroCreate (max chunkSize tokens.Length))
            used <- 0

        let chunk = chunks[chunks.Count - 1]
        tokens.CopyTo(chunk.AsSpan used)
        starts.Add(int64 (chunks.Count - 1) * int64 chunkSize + int64 used)
        starts.Add(int64 tokens.Length)
        used <- used + tokens.Length

    member _.Build() =
        Corpus(chunks.ToArray(), starts.ToArray(), chunkSize)

[<RequireQualifiedAccess>]
module Corpus =
    let private mostErrors = 20

    let everything =
        {
            MinLength = 1
            MaxLength = Int32.MaxValue
            KeepDuplicates = false
            MaxIdentity = None
            SkipInvalid = false
        }

    /// 128 bits tell sequences apart for all practical purposes.
    let private mark (tokens: ReadOnlySpan<byte>) =
        let hash = SHA256.HashData tokens
        UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8))

    let ofSequences (sequences: Sequence seq) =
        let builder = CorpusBuilder()

        for sequence in sequences do
            builder.Add sequence.Tokens.Span

        builder.Build()

    let readFrom
        (filter: CorpusFilter)
        (files: (string * Result<SequenceRecord, InputError> seq) seq)
        =
        let builder = CorpusBuilder()
        let seen = HashSet<UInt128>()
        let tally = InputTally()
        let errors = ResizeArray<InputError>()

        let mutable counts =
            {|
                Read = 0L
                Duplicates = 0L
                TooShort = 0L
                TooLong = 0L
                Alike = 0L
            |}

        /// The filter of the file that is read; None before its first row, whose columns all rows must have.
        let mutable rows: RowFilter option = None

        let isAligned file (record: SequenceRecord) =
            match filter.MaxIdentity, rows with
            | None, _ -> true
            | Some limit, None ->
                rows <- Some(RowFilter(limit, record.Aligned.Length))
                true
            | Some _, Some rows when rows.Width = record.Aligned.Length -> true
            | Some _, Some rows ->
                let expected, found = rows.Width, record.Aligned.Length
                errors.Add(InputError.NotAligned(file, record.Id, record.Line, expected, found))
                false

        let isAlike (record: SequenceRecord) =
            match rows with
            | Some rows -> not (rows.Take record.Aligned)
            | None -> false

        let take (record: SequenceRecord) =
            let tokens = record.Sequence.Tokens.Span

            counts <-
                {| counts with
                    Read = counts.Read + 1L
                |}

            if tokens.Length < filter.MinLength then
                counts <-
                    {| counts with
                        TooShort = counts.TooShort + 1L
                    |}
            elif tokens.Length > filter.MaxLength then
                counts <-
                    {| counts with
                        TooLong = counts.TooLong + 1L
                    |}
            elif isAlike record then
                counts <-
                    {| counts with
                        Alike = counts.Alike + 1L
                    |}
            elif not (filter.KeepDuplicates || seen.Add(mark tokens)) then
                counts <-
                    {| counts with
                        Duplicates = counts.Duplicates + 1L
                    |}
            else
                builder.Add tokens
                tally.Add record

        for file, records in files |> Seq.takeWhile (fun _ -> errors.Count < mostErrors) do
            rows <- None
            let mutable goesOn = true

            for record in records |> Seq.takeWhile (fun _ -> goesOn && errors.Count < mostErrors) do
                match record with
                | Ok record when isAligned file record -> take record
                | Ok _ -> goesOn <- false
                | Error error when filter.SkipInvalid && InputError.isOfRecord error ->
                    tally.AddBad error
                | Error error -> errors.Add error

        if errors.Count > 0 then
            Error(List.ofSeq errors)
        else
            let summary = tally.Summary

            Ok(
                builder.Build(),
                {
                    Read = counts.Read
                    Kept = summary.Records
                    Duplicates = counts.Duplicates
                    TooShort = counts.TooShort
                    TooLong = counts.TooLong
                    Invalid = summary.BadRecords
                    Identity =
                        filter.MaxIdentity
                        |> Option.map (fun limit ->
                            let compared = counts.Read - counts.TooShort - counts.TooLong

                            {
                                Limit = limit
                                Rows = compared
                                Remaining = compared - counts.Alike
                            })
                    Residues = summary.Residues
                    Untrained = summary.Untrained
                    // Several files may number their sequences, and training may teach any letter.
                    Warnings =
                        { summary with
                            RepeatedIds = 0L
                            Untrained = Map.empty
                        }
                            .Warnings
                }
            )

    let read options (filter: CorpusFilter) (paths: string list) =
        let options =
            { options with
                KeepAligned = filter.MaxIdentity.IsSome
            }

        paths
        |> Seq.map (fun path -> path, SequenceFile.read options path)
        |> readFrom filter

    let private shuffled seed count =
        let indices = Array.init count id
        SplitMix(Seed.derive seed -1).Shuffle indices
        indices

    let split seed fraction count =
        let held =
            if fraction <= 0.0 || count < 2 then
                0
            else
                Math.Clamp(int (round (fraction * float count)), 1, count - 1)

        let indices = shuffled seed count
        Array.sort indices[held..], Array.sort indices[.. held - 1]

    let folds seed k count =
        let indices = shuffled seed count

        Array.init k (fun fold ->
            let held =
                indices |> Array.indexed |> Array.partition (fun (place, _) -> place % k = fold)

            Array.sort (Array.map snd (snd held)), Array.sort (Array.map snd (fst held)))

    let private marks (corpus: Corpus) =
        Seq.init corpus.Count (fun index -> mark (corpus.Tokens index).Span)

    let overlap first second =
        let known = HashSet(marks first)
        marks second |> Seq.filter known.Contains |> Seq.length

    let fingerprint (corpus: Corpus) =
        use hash = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        for index in 0 .. corpus.Count - 1 do
            hash.AppendData(BitConverter.GetBytes(corpus.Length index))
            hash.AppendData((corpus.Tokens index).Span)

        Convert.ToHexStringLower(hash.GetHashAndReset())
