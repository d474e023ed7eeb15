namespace UniRep

open System

/// The one exception of this library: a sequence, weights or a file were not what they should be.
[<Sealed>]
type UniRepException =
    inherit Exception

    /// Makes an exception that names the error's case.
    new: case: string * message: string -> UniRepException

    /// Makes an exception that also tells which sequence is wrong, and where.
    new:
        case: string * message: string * index: Nullable<int> * position: Nullable<int> ->
            UniRepException

    /// Gets the name of the error's case, such as `UnknownResidue`.
    member Case: string

    /// Gets which of several sequences is wrong, counted from 0; null if it is not a sequence that is wrong.
    member Index: Nullable<int>

    /// Gets where in the sequence the residue stands that is wrong, counted from 1; null if no single residue is.
    member Position: Nullable<int>

/// Raises the exception for errors described in words.
[<RequireQualifiedAccess>]
module internal Throw =
    /// Raises an error under the name of its union case.
    val error: error: 'error -> message: string -> 'result

    /// Raises what is wrong with one sequence of several, by its index from 0.
    val invalidSequence: index: int -> reason: SequenceError -> 'result

    /// Raises ArgumentNullException for one sequence of several that is null, by its index from 0.
    val nullSequence: parameter: string -> index: int -> 'result
