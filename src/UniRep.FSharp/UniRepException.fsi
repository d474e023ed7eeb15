namespace UniRep

open System

/// The one exception of this library: a sequence, weights or a file were not what they should be.
[<Sealed>]
type UniRepException =
    inherit Exception

    /// Makes an exception that names the error's case.
    new: case: string * message: string -> UniRepException

    /// Makes an exception that also says which sequence is wrong, and where.
    new:
        case: string * message: string * index: Nullable<int> * position: Nullable<int> ->
            UniRepException

    /// Gets the name of the error's case, such as `UnknownResidue`.
    member Case: string

    /// Gets which of several sequences is wrong, counted from 0; null if it is not a sequence that is wrong.
    member Index: Nullable<int>

    /// Gets where in the sequence the residue stands that is wrong, counted from 1; null if no single residue is.
    member Position: Nullable<int>

/// Raises the exception for errors.
[<RequireQualifiedAccess>]
module internal Throw =
    /// Raises an error with its message, under the name of its union case.
    val error: error: IError -> 'result

    /// Raises several errors as one: the case of the first, a line for each of the first twenty.
    val errors: errors: IError list -> 'result

    /// Raises what is wrong with one sequence of several, by its index from 0.
    val invalidSequence: index: int -> reason: SequenceError -> 'result

    /// Raises ArgumentNullException for one sequence of several that is null, by its index from 0.
    val nullSequence: parameter: string -> index: int -> 'result

/// Turns results into values or exceptions.
[<RequireQualifiedAccess>]
module Result =
    /// Gives the value of a result, or raises UniRepException with the name of the error's case and its message.
    ///
    /// <example><code>let model = Model.load Cpu.automatic "open-256" |> Result.orRaise</code></example>
    val orRaise: result: Result<'value, 'error> -> 'value when 'error :> IError

    /// Does the same where there may be several errors: the case is that of the first, the message has a line for each of
    /// the first twenty.
    val orRaiseAll: result: Result<'value, 'error list> -> 'value when 'error :> IError
