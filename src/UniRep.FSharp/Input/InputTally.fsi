namespace UniRep

/// What a pass over a file finds.
type InputSummary =
    {
        /// Records that can be read.
        Records: int64
        /// Residues of these records.
        Residues: int64
        /// How often each letter occurs whose embedding was never trained.
        Untrained: Map<char, int64>
        /// Records whose id occurred before, among the first four million.
        RepeatedIds: int64
        /// What is wrong with single records, the first twenty of it.
        Errors: InputError list
        /// How many records are wrong.
        BadRecords: int64
    }

/// Sums up records as they pass by, in bounded memory.
[<Sealed>]
type InputTally =
    /// Nothing has passed by yet.
    new: unit -> InputTally

    /// Counts a record.
    member Add: record: SequenceRecord -> unit

    /// Counts a record that is wrong.
    member AddBad: error: InputError -> unit

    /// What has been found so far.
    member Summary: InputSummary
