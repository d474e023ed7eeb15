namespace UniRep.Design

open UniRep

[<RequireQualifiedAccess>]
type MetricError =
    | TooFew of metric: string * rows: int * least: int
    | Constant of metric: string * what: string
    | OneClass of metric: string
    | Negative of metric: string * row: int
    | NotFinite of metric: string * what: string * row: int
    | NoInterval of metric: string * undefined: int * samples: int
    | NoMutations of scheme: string
    | NotSingle of scheme: string * row: int * mutations: int
    | TooFewGroups of scheme: string * groups: int * least: int
    | EmptyFold of scheme: string * fold: string

    member this.Message =
        match this with
        | TooFew(metric, rows, least) ->
            let rows = Display.counted rows "row"
            $"{metric} of {rows}: at least {least} are needed"
        | Constant(metric, what) -> $"{metric} has no value: all {what} are the same number"
        | OneClass metric -> $"{metric} has no value: all rows are of one class"
        | Negative(metric, row) ->
            $"{metric} takes measurements as gains, and that of row {row + 1} is negative"
        | NotFinite(metric, what, row) ->
            $"{metric}: row {row + 1} of the {what} is not a finite number"
        | NoInterval(metric, undefined, samples) ->
            $"{metric} has no interval: it has no value in {undefined} of {samples} samples"
        | NoMutations scheme ->
            $"folds '{scheme}' need the mutations of each row: give a wild type and a column such as `mutant`"
        | NotSingle(scheme, row, mutations) ->
            $"folds '{scheme}' take single mutants, and row {row + 1} has {mutations} mutations: use random folds, or folds by mutations"
        | TooFewGroups(scheme, groups, least) ->
            $"folds '{scheme}': {groups} different values, at least {least} are needed"
        | EmptyFold(scheme, fold) ->
            $"folds '{scheme}': fold {fold} leaves nothing to train on or to test with"

    interface IError with
        member this.Message = this.Message
