namespace UniRep

open System
open FSharp.Reflection

[<Sealed>]
type UniRepException(case: string, message: string, index: Nullable<int>, position: Nullable<int>) =
    inherit Exception(message)
    new(case, message) = UniRepException(case, message, Nullable(), Nullable())
    member _.Case = case
    member _.Index = index
    member _.Position = position

[<RequireQualifiedAccess>]
module internal Throw =
    /// The name of a union's case, or that of the type of any other error.
    let private caseOf (error: IError) =
        let kind = error.GetType()

        if FSharpType.IsUnion kind then
            let case, _ = FSharpValue.GetUnionFields(error, kind)
            case.Name
        else
            kind.Name

    let private exceptionOf (error: IError) message =
        match error with
        | :? InvalidSequence as invalid ->
            let position =
                match invalid.Error with
                | SequenceError.UnknownResidue(_, position) -> Nullable position
                | SequenceError.EmptySequence -> Nullable()

            UniRepException(caseOf invalid.Error, message, Nullable invalid.Index, position)
        | error -> UniRepException(caseOf error, message)

    let error (error: IError) : 'result = raise (exceptionOf error error.Message)

    let errors (errors: IError list) : 'result =
        let lines = errors |> List.truncate 20 |> List.map _.Message

        let more =
            if errors.Length > lines.Length then
                [ $"and {errors.Length - lines.Length} more" ]
            else
                []

        raise (exceptionOf errors.Head (String.Join('\n', lines @ more)))

    let invalidSequence index reason : 'result = error { Index = index; Error = reason }

    let nullSequence (parameter: string) index : 'result =
        raise (ArgumentNullException(parameter, $"Sequence {index + 1} (index {index}) is null."))

[<RequireQualifiedAccess>]
module Result =
    let orRaise (result: Result<'value, 'error> when 'error :> IError) =
        match result with
        | Ok value -> value
        | Error error -> Throw.error error

    let orRaiseAll (result: Result<'value, 'error list> when 'error :> IError) =
        match result with
        | Ok value -> value
        | Error errors -> errors |> List.map (fun error -> error :> IError) |> Throw.errors
