namespace UniRep.Training

open UniRep

[<RequireQualifiedAccess>]
module internal Batches =
    /// Sequences of similar length are sought among so many batches' worth of tokens.
    let private batchesPerPool = 100

    /// Cuts sequences, in their order, where the next would exceed a number of tokens.
    let private cut (tokens: int64) (lengthOf: int -> int) (sequences: int[]) =
        let batches = ResizeArray<int[]>()
        let mutable first = 0
        let mutable sum = 0L

        for index in 0 .. sequences.Length - 1 do
            let cost = int64 (lengthOf sequences[index]) + 1L

            if index > first && sum + cost > tokens then
                batches.Add sequences[first .. index - 1]
                first <- index
                sum <- 0L

            sum <- sum + cost

        if first < sequences.Length then
            batches.Add sequences[first..]

        batches.ToArray()

    let inOrder tokens lengthOf (sequences: int[]) =
        sequences
        |> Array.sortWith (fun a b -> compare (lengthOf b, a) (lengthOf a, b))
        |> cut (int64 tokens) lengthOf

    let plan seed epoch tokens lengthOf (sequences: int[]) =
        let random = SplitMix(Seed.derive seed epoch)
        let shuffled = Array.copy sequences
        random.Shuffle shuffled

        let batches =
            cut (int64 tokens * int64 batchesPerPool) lengthOf shuffled
            |> Array.collect (inOrder tokens lengthOf)

        random.Shuffle batches
        batches
