namespace UniRep.Design

open UniRep

/// What a directed evolution is allowed to do, and for how long.
type EvolutionOptions =
    {
        /// The number of chains.
        Chains: int
        /// The steps of each chain; a proposal is a step, whether or not it is accepted or even scored.
        Steps: int
        /// Chooses the random numbers: the same seed gives the same bits for any number of threads.
        Seed: uint64
        /// The mean number of residues that a proposal changes; it changes 1 + Poisson(mean - 1) of them.
        MeanEdits: float
        /// The positions, from 1, that may change; None for all.
        Positions: int list option
        /// The most residues by which a design may differ from the wild type; None for no bound.
        TrustRadius: int option
        /// Motifs that a design may only have where the wild type has them.
        Forbidden: Motif list
        /// Which letters are proposed where; None for all 20 alike.
        Letters: LetterMatrix option
        Temperature: Temperature
    }

/// Why a wild type cannot be evolved in the way asked for. Positions count from 1.
[<RequireQualifiedAccess>]
type EvolutionError =
    /// A position is not one of the wild type's.
    | PositionOutside of position: int * residues: int
    /// The wild type has a letter at a chosen position that is none of the 20 standard ones.
    | NotStandard of position: int * letter: char
    /// No position is left to change.
    | NoPositions
    | Letters of LetterMatrixError
    /// The score of the wild type is not a finite number.
    | WildTypeScore of scorer: string * score: float
    /// A scorer gave no number for a proposal.
    | NotANumber of scorer: string * sequence: Sequence

    interface IError

    /// Gets in one sentence what is wrong.
    member Message: string

/// Options of directed evolution.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EvolutionOptions =
    /// 100 chains of 1,000 steps, seed 0, 1.5 edits on average, a trust radius of 7, and this temperature.
    val defaults: temperature: Temperature -> EvolutionOptions

/// Options that fit a wild type.
[<Sealed>]
type EvolutionPlan =
    /// Gets the options that were checked.
    member Options: EvolutionOptions

    /// Gets the sequence that every chain begins with.
    member WildType: Sequence

    /// Gets the indices, from 0, of the positions that may change.
    member internal Indices: int[]

    member internal Letters: LetterMatrix

    /// Checks whether the letters of a proposal are within the trust radius and have no motif that the wild type lacks there.
    member internal Allows: proposal: char[] -> bool

/// Checks options.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EvolutionPlan =
    /// Checks options against a wild type. Positions with letters that are not standard stay as they are.
    ///
    /// Raises ArgumentException if a number is out of its range: chains, steps and trust radius are 1 or more, the mean
    /// number of edits is from 1 to 100.
    val make:
        options: EvolutionOptions -> wildType: Sequence -> Result<EvolutionPlan, EvolutionError>
