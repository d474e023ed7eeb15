namespace UniRep.Design

open UniRep.Training

/// Splits rows into parts for a cross-validation.
[<RequireQualifiedAccess>]
module internal Parts =
    /// The part of each row: as many rows in each as possible, by a seed.
    let random seed parts count =
        let order = [| 0 .. count - 1 |]
        SplitMix(Seed.derive seed 1).Shuffle order
        let assigned = Array.zeroCreate<int> count
        order |> Array.iteri (fun at row -> assigned[row] <- at % parts)
        assigned

    /// The rows in a part, and the others.
    let split (assigned: int[]) part =
        let all = [| 0 .. assigned.Length - 1 |]
        Array.partition (fun row -> assigned[row] = part) all
