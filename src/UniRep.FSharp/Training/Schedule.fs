namespace UniRep.Training

open UniRep

[<RequireQualifiedAccess>]
type Schedule =
    | Constant
    | Cosine
    | Linear

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Schedule =
    let names =
        [
            "constant", Schedule.Constant
            "cosine", Schedule.Cosine
            "linear", Schedule.Linear
        ]

    let rate schedule warmUp steps peak step =
        if step < warmUp then
            peak * float (step + 1) / float warmUp
        else
            let done' = float (step - warmUp) / float (max 1 (steps - warmUp)) |> min 1.0

            match schedule with
            | Schedule.Constant -> peak
            | Schedule.Cosine -> peak * 0.5 * (1.0 + cos (System.Math.PI * done'))
            | Schedule.Linear -> peak * (1.0 - done')
