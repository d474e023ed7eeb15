namespace UniRep.Design

open System
open UniRep.Training

type Split =
    {
        Name: string
        Train: int[]
        Test: int[]
    }

[<RequireQualifiedAccess>]
type FoldScheme =
    | Random of folds: int * seed: uint64
    | Modulo of folds: int
    | Contiguous of folds: int
    | MutationCount
    | Rounds of rounds: float[]
    | Column of cells: string[]

    member this.Name =
        match this with
        | FoldScheme.Random _ -> "random"
        | FoldScheme.Modulo _ -> "modulo"
        | FoldScheme.Contiguous _ -> "contiguous"
        | FoldScheme.MutationCount -> "mutations"
        | FoldScheme.Rounds _ -> "rounds"
        | FoldScheme.Column _ -> "column"

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Split =
    let private indicesWhere isOne (values: 'value[]) =
        [| 0 .. values.Length - 1 |] |> Array.filter (fun row -> isOne values[row])

    /// Each group in turn is tested after a fit to the others.
    let private leaveOut scheme name (groups: 'group[]) =
        let keys = Array.distinct groups |> Array.sort

        if keys.Length < 2 then
            Error(MetricError.TooFewGroups(scheme, keys.Length, 2))
        else
            Ok
                [
                    for key in keys do
                        {
                            Name = name key
                            Train = indicesWhere ((<>) key) groups
                            Test = indicesWhere ((=) key) groups
                        }
                ]

    /// Each group but the first is tested after a fit to those before.
    let private onwards scheme name (groups: 'group[]) =
        let keys = Array.distinct groups |> Array.sort

        if keys.Length < 2 then
            Error(MetricError.TooFewGroups(scheme, keys.Length, 2))
        else
            Ok
                [
                    for key in keys[1..] do
                        {
                            Name = name key
                            Train = indicesWhere (fun group -> group < key) groups
                            Test = indicesWhere ((=) key) groups
                        }
                ]

    let private number (fold: int) = string (fold + 1)

    /// The fold of each row by the place of its one position among all mutated ones.
    let private byPosition scheme folds foldOf (positions: int[][]) =
        match positions |> Array.tryFindIndex (fun row -> row.Length <> 1) with
        | Some row -> Error(MetricError.NotSingle(scheme, row, positions[row].Length))
        | None ->
            let all = positions |> Array.map Array.head |> Array.distinct |> Array.sort

            if all.Length < folds then
                Error(MetricError.TooFewGroups(scheme, all.Length, folds))
            else
                positions
                |> Array.map (fun row -> foldOf (Array.BinarySearch(all, row[0])) all.Length)
                |> leaveOut scheme number

    let private check folds rows given =
        if folds < 2 then
            invalidArg (nameof folds) "there are at least two folds"

        if given <> rows then
            invalidArg (nameof rows) $"{given} values of {rows} rows"

    let folds (scheme: FoldScheme) rows (positions: int[][] option) =
        let known use' =
            match positions with
            | Some positions ->
                check 2 rows positions.Length
                use' positions
            | None -> Error(MetricError.NoMutations scheme.Name)

        match scheme with
        | FoldScheme.Random(folds, seed) ->
            check folds rows rows

            if rows < folds then
                Error(MetricError.TooFewGroups(scheme.Name, rows, folds))
            else
                Parts.random seed folds rows |> leaveOut scheme.Name number
        | FoldScheme.Modulo folds ->
            check folds rows rows
            known (byPosition scheme.Name folds (fun at _ -> at % folds))
        | FoldScheme.Contiguous folds ->
            check folds rows rows

            known (
                byPosition scheme.Name folds (fun at count ->
                    int (int64 at * int64 folds / int64 count))
            )
        | FoldScheme.MutationCount ->
            known (fun positions ->
                positions
                |> Array.map Array.length
                |> onwards scheme.Name (fun n -> $"{n} mutations"))
        | FoldScheme.Rounds rounds ->
            check 2 rows rounds.Length
            rounds |> onwards scheme.Name (fun round -> $"round {round}")
        | FoldScheme.Column cells ->
            check 2 rows cells.Length
            cells |> leaveOut scheme.Name id

    let lowN share size seed rows =
        if not (share > 0.0 && share < 1.0) then
            invalidArg (nameof share) "a share is between 0 and 1"

        let order = [| 0 .. rows - 1 |]
        SplitMix(Seed.derive seed 2).Shuffle order
        let test = int (Math.Round(share * float rows))

        if test < 1 || size > rows - test then
            Error(MetricError.EmptyFold("low-n", $"of {size}"))
        else
            Ok
                {
                    Name = string size
                    Train = order[test .. test + size - 1]
                    Test = order[.. test - 1]
                }
