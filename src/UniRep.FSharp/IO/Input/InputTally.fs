namespace UniRep.IO

open System.Collections.Generic
open System.Globalization
open UniRep

type InputSummary =
    {
        Records: int64
        Residues: int64
        Untrained: Map<char, int64>
        RepeatedIds: int64
        Errors: InputError list
        BadRecords: int64
        Nucleotides: int64
        NucleotideRecords: int64
        FirstNucleotideRecord: string option
        LooksLikeNucleotides: bool
        Latin1Headers: int64
        FirstLatin1Line: int64 option
        ListWarnings: string list
    }

    member this.Warnings =
        let number (value: int64) =
            value.ToString("N0", CultureInfo.InvariantCulture)

        [
            if this.LooksLikeNucleotides then
                let share = 100.0 * float this.Nucleotides / float this.Residues
                let share = share.ToString("0.#", CultureInfo.InvariantCulture)

                $"{share} %% of the letters are A, C, G, T, U or N: this looks like DNA or RNA, but the model reads \
                  proteins: translate it first"
            else
                match this.FirstNucleotideRecord with
                | Some id ->
                    $"{number this.NucleotideRecords} of {number this.Records} records look like DNA or RNA (first \
                      '{Quote.text id}'), but the model reads proteins"
                | None -> ()

            if not this.Untrained.IsEmpty then
                let letters =
                    this.Untrained
                    |> Seq.map (fun pair -> $"{pair.Value} × {pair.Key}")
                    |> String.concat ", "

                $"{letters}: the model never learnt these letters; their places are arbitrary"

            if this.RepeatedIds > 0L then
                $"{this.RepeatedIds} records repeat the id of an earlier one; all are kept, in order"

            match this.FirstLatin1Line with
            | Some line ->
                $"{number this.Latin1Headers} headers hold bytes that are not UTF-8, and are read as Latin-1 (the first is in line {line})"
            | None -> ()

            yield! this.ListWarnings
        ]

[<Sealed>]
type InputTally() =
    let maximalIds = 4_000_000
    let maximalErrors = 20
    let fewestLetters = 20L
    let fewestLettersOfRecord = 40L
    let ids = HashSet<uint64>()
    let untrained = Dictionary<char, int64>()
    let errors = List<InputError>()
    let list = ListShape()
    let mutable count, residues, repeated, bad = 0L, 0L, 0L, 0L
    let mutable nucleotides = NucleotideCount.None
    let mutable nucleotideRecords, latin1Headers = 0L, 0L
    let mutable firstNucleotideRecord: string option = None
    let mutable firstLatin1Line: int64 option = None

    /// A 64-bit hash (FNV-1a): ids of large files are not kept as strings.
    let hash (text: string) =
        let mutable hash = 0xcbf29ce484222325UL

        for symbol in text do
            hash <- (hash ^^^ uint64 symbol) * 0x100000001b3UL

        hash

    let addNucleotides (record: SequenceRecord) =
        let found = NucleotideCount.Of record.Sequence.Letters
        nucleotides <- nucleotides.Plus found

        if found.IsLikely(record.Sequence.Length, fewestLettersOfRecord) then
            nucleotideRecords <- nucleotideRecords + 1L
            firstNucleotideRecord <- firstNucleotideRecord |> Option.orElse (Some record.Id)

    member _.Add(record: SequenceRecord) =
        if count < int64 maximalIds && not (ids.Add(hash record.Id)) then
            repeated <- repeated + 1L

        count <- count + 1L
        residues <- residues + int64 record.Sequence.Length
        addNucleotides record

        if record.Header = "" then
            list.Add record.Sequence.Length

        if record.IsLatin1 then
            latin1Headers <- latin1Headers + 1L
            firstLatin1Line <- firstLatin1Line |> Option.orElse (Some record.Line)

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
            Nucleotides = nucleotides.Total
            NucleotideRecords = nucleotideRecords
            FirstNucleotideRecord = firstNucleotideRecord
            LooksLikeNucleotides = nucleotides.IsLikely(residues, fewestLetters)
            Latin1Headers = latin1Headers
            FirstLatin1Line = firstLatin1Line
            ListWarnings = list.Warnings
        }
