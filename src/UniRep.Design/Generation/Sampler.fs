namespace UniRep.Design

open System
open UniRep
open UniRep.Compute
open UniRep.Training

/// Draws the next token from logits, for one sequence.
[<Sealed>]
type internal Sampler(options: BabbleOptions, random: SplitMix) =
    let isAllowed = Array.create MlstmShape.Classes false
    let weights: float[] = Array.zeroCreate MlstmShape.Classes
    let order: int[] = Array.init MlstmShape.Classes id

    do
        for letter in options.Letters do
            let token = Residue.tryToken letter |> ValueOption.get
            isAllowed[int token - 1] <- true

    /// The most probable class of those allowed, the first of equal ones.
    let mostProbable (logits: ReadOnlySpan<float32>) =
        let mutable best = Array.IndexOf(isAllowed, true)

        for k in best + 1 .. logits.Length - 1 do
            if isAllowed[k] && logits[k] > logits[best] then
                best <- k

        best

    /// Orders the classes by falling weight, equal ones by their number.
    let sort () =
        for at in 0 .. order.Length - 1 do
            let mutable place = at

            while place > 0 && weights[order[place - 1]] < weights[at] do
                order[place] <- order[place - 1]
                place <- place - 1

            order[place] <- at

    /// Sets the weights to zero of all but the most probable classes.
    let truncate () =
        sort ()

        let mutable kept =
            options.TopK |> Option.defaultValue order.Length |> min order.Length

        match options.TopP with
        | Some probability ->
            let mutable wanted = 0.0

            for at in 0 .. kept - 1 do
                wanted <- wanted + probability * weights[order[at]]

            let mutable at = 0

            while at < kept && wanted > 0.0 do
                wanted <- wanted - weights[order[at]]
                at <- at + 1

            kept <- max 1 at
        | None -> ()

        for at in kept .. order.Length - 1 do
            weights[order[at]] <- 0.0

    /// Draws a class with a probability in proportion to its weight.
    let draw otherwise =
        let mutable left = random.Unit() * Array.sum weights
        let mutable chosen = otherwise
        let mutable k = 0

        while k < weights.Length do
            if weights[k] > 0.0 then
                chosen <- k
                left <- left - weights[k]

                if left < 0.0 then
                    k <- weights.Length

            k <- k + 1

        chosen

    /// Draws a token; the stop only if it may follow here.
    member _.Next(logits: ReadOnlySpan<float32>, mayStop: bool) =
        isAllowed[int Residue.stop - 1] <- mayStop
        let best = mostProbable logits

        if options.Temperature = 0.0 then
            byte (best + 1)
        else
            for k in 0 .. weights.Length - 1 do
                weights[k] <-
                    if isAllowed[k] then
                        exp (float (logits[k] - logits[best]) / options.Temperature)
                    else
                        0.0

            if options.TopK.IsSome || options.TopP.IsSome then
                truncate ()

            byte (draw best + 1)
