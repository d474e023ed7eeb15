namespace UniRep.Design

[<RequireQualifiedAccess>]
type TopModelMethod =
    | Ridge
    | LowN
    | Lasso
    | Logistic
    | GaussianProcess

    member this.Name =
        match this with
        | TopModelMethod.Ridge -> "ridge"
        | TopModelMethod.LowN -> "low-n"
        | TopModelMethod.Lasso -> "lasso"
        | TopModelMethod.Logistic -> "logistic"
        | TopModelMethod.GaussianProcess -> "gp"

type TopModelOptions =
    {
        Method: TopModelMethod
        Penalties: float[]
        Folds: int
        Members: int
        Seed: uint64
    }

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TopModelOptions =
    let methods =
        [
            TopModelMethod.Ridge
            TopModelMethod.LowN
            TopModelMethod.Lasso
            TopModelMethod.Logistic
            TopModelMethod.GaussianProcess
        ]

    let powers first last count =
        if count < 2 then
            invalidArg (nameof count) "at least two powers are needed"

        Array.init count (fun at -> 10.0 ** (first + (last - first) * float at / float (count - 1)))

    let usual method =
        {
            Method = method
            Penalties =
                match method with
                | TopModelMethod.LowN -> powers -6.0 6.0 1000
                | TopModelMethod.Logistic -> powers -2.0 6.0 17
                | _ -> powers -3.0 8.0 111
            Folds = 5
            Members = 100
            Seed = 0UL
        }
