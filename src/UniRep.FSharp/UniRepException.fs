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
    let private caseOf (error: 'error) =
        let case, _ = FSharpValue.GetUnionFields(error, typeof<'error>)
        case.Name

    let error (error: 'error) message : 'result =
        raise (UniRepException(caseOf error, message))

    let invalidSequence index reason : 'result =
        let position =
            match reason with
            | UnknownResidue(_, position) -> Nullable position
            | _ -> Nullable()

        raise (
            UniRepException(
                caseOf reason,
                $"sequence {index + 1}: {Sequence.describe reason}",
                Nullable index,
                position
            )
        )

    let nullSequence (parameter: string) index : 'result =
        raise (ArgumentNullException(parameter, $"Sequence {index + 1} (index {index}) is null."))
