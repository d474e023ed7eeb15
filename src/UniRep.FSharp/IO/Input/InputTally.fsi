namespace UniRep.IO

open UniRep

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
        /// How many residues are A, C, G, T, U or N.
        Nucleotides: int64
        /// Records of forty or more residues that look like DNA or RNA.
        NucleotideRecords: int64
        /// The id of the first of them.
        FirstNucleotideRecord: string option
        /// Whether all records together look like DNA or RNA: twenty residues or more, nearly all A, C, G, T, U or N, and
        /// none of the four bases rare.
        LooksLikeNucleotides: bool
        /// Headers that are not UTF-8 and were read as Latin-1.
        Latin1Headers: int64
        /// The line of the first of them.
        FirstLatin1Line: int64 option
        /// Signs, in the lengths of the lines of a list without headers, that it is not one sequence a line.
        ListWarnings: string list
    }

    /// Gets what a user should be warned of, one sentence each: letters of nucleotides, letters never trained, repeated
    /// ids, headers that are not UTF-8, lists that may hold names. Wrong records are not among them.
    member Warnings: string list

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
