namespace UniRep.Training

open UniRep

type Schedule =
    | Constant
    | Cosine
    | Linear

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Schedule =
    let names = [ "constant", Constant; "cosine", Cosine; "linear", Linear ]

    let rate schedule warmUp steps peak step =
        if step < warmUp then
            peak * float (step + 1) / float warmUp
        else
            let done' = float (step - warmUp) / float (max 1 (steps - warmUp)) |> min 1.0

            match schedule with
            | Constant -> peak
            | Cosine -> peak * 0.5 * (1.0 + cos (System.Math.PI * done'))
            | Linear -> peak * (1.0 - done')
