namespace UniRep.Design

open System

[<RequireQualifiedAccess>]
type Temperature =
    | Constant of temperature: float
    | Decay of first: float * last: float
    | Adaptive of first: float * cooling: float * patience: int

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Temperature =
    let private isPositive value = Double.IsFinite value && value > 0.0

    let check temperature =
        let isGood =
            match temperature with
            | Temperature.Constant value -> isPositive value
            | Temperature.Decay(first, last) -> isPositive first && isPositive last
            | Temperature.Adaptive(first, cooling, patience) ->
                isPositive first && cooling > 0.0 && cooling < 1.0 && patience >= 1

        if not isGood then
            invalidArg
                (nameof temperature)
                "Temperatures are positive numbers; cooling is between 0 and 1, patience 1 or more."

    let at steps step sinceHeated temperature =
        match temperature with
        | Temperature.Constant value -> value
        | Temperature.Decay(first, _) when steps = 1 -> first
        | Temperature.Decay(first, last) ->
            first * Math.Pow(last / first, float (step - 1) / float (steps - 1))
        // A temperature of zero would make equal scores a division of zero by zero.
        | Temperature.Adaptive(first, cooling, _) ->
            max (first * Math.Pow(cooling, float sinceHeated)) (first * 1e-9)
