namespace UniRep

open System
open FSharp.Reflection

[<Sealed>]
type UniRepException(case: string, message: string) =
    inherit Exception(message)
    member _.Case = case

[<RequireQualifiedAccess>]
module internal Throw =
    let error (error: 'error) message : 'result =
        let case, _ = FSharpValue.GetUnionFields(error, typeof<'error>)
        raise (UniRepException(case.Name, message))

    let invalidSequence index reason : 'result =
        error reason $"sequence {index + 1}: {Sequence.describe reason}"
