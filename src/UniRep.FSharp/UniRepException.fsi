namespace UniRep

/// The one exception of this library: a sequence, weights or a file were not what they should be.
[<Sealed>]
type UniRepException =
    inherit System.Exception

    /// Makes an exception that names the error's case.
    new: case: string * message: string -> UniRepException

    /// Gets the name of the error's case, such as `UnknownResidue`.
    member Case: string

/// Raises the exception for errors described in words.
[<RequireQualifiedAccess>]
module internal Throw =
    /// Raises an error under the name of its union case.
    val error: error: 'error -> message: string -> 'result

    /// Raises what is wrong with one sequence of several, by its index from 0.
    val invalidSequence: index: int -> reason: SequenceError -> 'result
