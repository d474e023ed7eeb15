namespace UniRep.Design

open UniRep

/// Why numbers are no letter matrix, or not one of a wild type. Positions count from 1.
[<RequireQualifiedAccess>]
type LetterMatrixError =
    /// A row has not 20 weights, or one that is negative or no number, or no two letters to choose from.
    | BadRow of position: int * reason: string
    /// There is not one row for each residue of the wild type.
    | OtherLength of rows: int * residues: int
    /// The wild type's own letter has the weight 0: what leaves it could never come back.
    | WildTypeExcluded of position: int * letter: char
    /// A file of weights cannot be read.
    | File of path: string * reason: string
    /// A line of a file of weights is not a position and 20 weights.
    | BadLine of path: string * line: int * reason: string

    interface IError

    /// Gets in one sentence what is wrong.
    member Message: string

/// How likely each of the 20 standard letters is proposed at each position. A value: nothing changes it.
[<Sealed>]
type LetterMatrix =
    /// Gets the number of positions.
    member Length: int

    /// Gets the weight of a letter at a position, counted from 1; 0 for letters that are not standard.
    member Weight: position: int * letter: char -> float

    /// Gets the probability that a letter is proposed at a position, counted from 1, in place of the current one: the
    /// current letter is excluded and the rest sums to 1.
    member Probability: position: int * current: char * letter: char -> float

    /// Draws a letter with a number from 0 to below 1; the current letter is never drawn.
    member internal Draw: index: int * current: char * unit: float -> char

/// Makes matrices of proposals.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module LetterMatrix =
    /// Gets the letters of the columns, in their order: `ACDEFGHIKLMNPQRSTVWY`.
    val letters: string

    /// Gives every standard letter the same weight, at so many positions.
    val uniform: length: int -> LetterMatrix

    /// Excludes letters from proposals, but for those of the wild type at their own places.
    val without: excluded: string -> wildType: Sequence -> LetterMatrix

    /// Makes a matrix of weights, a row of 20 for each position; they need not sum to 1.
    val ofRows: rows: float[][] -> Result<LetterMatrix, LetterMatrixError>

    /// Reads a table with the columns `position` (from 1, in order) and one for each of the 20 letters, separated by
    /// commas or tabs.
    val load: path: string -> Result<LetterMatrix, LetterMatrixError>
