namespace UniRep.Training

open UniRep

/// Puts sequences into batches.
[<RequireQualifiedAccess>]
module internal Batches =
    /// Makes the batches of an epoch, with every sequence once: at most `tokens` predicted tokens per batch (residues plus
    /// one for each sequence; a longer sequence is a batch by itself), sequences of similar length together, in an order
    /// that seed and epoch determine.
    val plan:
        seed: uint64 ->
        epoch: int ->
        tokens: int ->
        lengthOf: (int -> int) ->
        sequences: int[] ->
            int[][]

    /// Makes batches with the longest sequences first, for evaluation.
    val inOrder: tokens: int -> lengthOf: (int -> int) -> sequences: int[] -> int[][]
