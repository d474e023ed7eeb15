namespace UniRep.Design

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

[<AbstractClass; Sealed>]
type Generation =
    static member Babble
        (
            model: UniRepModel,
            count: int,
            [<Optional; DefaultParameterValue(0UL)>] seed: uint64,
            [<Optional; DefaultParameterValue("")>] start: string,
            [<Optional; DefaultParameterValue(1.0)>] temperature: float,
            [<Optional; DefaultParameterValue(0)>] topK: int,
            [<Optional; DefaultParameterValue(1.0)>] topP: float,
            [<Optional; DefaultParameterValue(1)>] minLength: int,
            [<Optional; DefaultParameterValue(1000)>] maxLength: int,
            [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken
        ) : IEnumerable<Babbled> =
        let start =
            if String.IsNullOrEmpty start then
                None
            else
                Some(InteropCalls.parse start)

        { BabbleOptions.defaults with
            Count = count
            Seed = seed
            Start = start
            Temperature = temperature
            TopK = if topK = 0 then None else Some topK
            TopP = if topP = 1.0 then None else Some topP
            MinLength = minLength
            MaxLength = maxLength
        }
        |> Babble.sample (RunOptions.cancelledBy cancellation) (Arguments.model model)
        |> Result.orRaise
