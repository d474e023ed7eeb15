namespace UniRep.Design

open UniRep

/// How new sequences are sampled from a language model.
type BabbleOptions =
    {
        /// The number of sequences.
        Count: int
        /// The seed. Each sequence draws from a stream of its own, so that sequence 5 is the same among 10 and among 1,000.
        Seed: uint64
        /// The residues that every sequence begins with; None for none.
        Start: Sequence option
        /// Divides the logits: below 1 sequences become more probable and more alike. 0 takes the most probable token always.
        Temperature: float
        /// Samples among this many most probable tokens only.
        TopK: int option
        /// Samples among the fewest most probable tokens only that together have at least this probability, which is taken
        /// after temperature and `TopK`.
        TopP: float option
        /// The least number of residues, those of the start included. The stop is not drawn before.
        MinLength: int
        /// The most residues, those of the start included. Sequences that reach it are cut.
        MaxLength: int
        /// The letters that are drawn. X, U and O may be among them; B, Z and J share the token of X, so that they cannot.
        Letters: string
    }

/// Why options of sampling are refused.
[<RequireQualifiedAccess>]
type BabbleError =
    /// The number of sequences is not positive.
    | Count of count: int
    /// The temperature is negative or no number.
    | Temperature of temperature: float
    /// `TopK` is not positive.
    | TopK of count: int
    /// `TopP` is not above 0 and at most 1.
    | TopP of probability: float
    /// The lengths are not 1 <= least <= most.
    | Lengths of least: int * most: int
    /// The start has more residues than a sequence may have.
    | StartTooLong of length: int * most: int
    /// There is no letter to draw.
    | NoLetters
    /// A letter has no token of its own.
    | Letter of letter: char
    /// A letter is named twice.
    | RepeatedLetter of letter: char
    /// The model has no language-model head; what is wrong, in a sentence.
    | NoHead of message: string

    interface IError

    /// Gets in one sentence what is wrong.
    member Message: string

/// Works on options of sampling.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module BabbleOptions =
    /// One sequence with seed 0, no start, temperature 1, of 1 to 1,000 of the 20 standard residues.
    val defaults: BabbleOptions

    /// Checks options. Gives the first thing that is wrong.
    val check: options: BabbleOptions -> Result<BabbleOptions, BabbleError>
