namespace UniRep.Training

open UniRep

/// Which sequences make up which batch.
[<RequireQualifiedAccess>]
module internal Batches =
    /// Shares out sequences to batches of an epoch, every sequence once: at most `tokens` predicted tokens to a batch
    /// (one more than residues for each sequence; a longer sequence is a batch by itself), sequences of similar length
    /// together, all in an order that seed and epoch decide.
    val plan:
        seed: uint64 ->
        epoch: int ->
        tokens: int ->
        lengthOf: (int -> int) ->
        sequences: int[] ->
            int[][]

    /// Shares out sequences to batches, the longest first, for losses that no order changes.
    val inOrder: tokens: int -> lengthOf: (int -> int) -> sequences: int[] -> int[][]
