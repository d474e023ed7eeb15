namespace UniRep.Design

open System
open System.Collections.Generic
open UniRep

type Design =
    {
        Sequence: Sequence
        Score: float
        Variant: Variant
    }

[<RequireQualifiedAccess>]
module DesignPick =
    let variantOf (wildType: Sequence) (sequence: Sequence) =
        {
            Mutations =
                [
                    for index in 0 .. wildType.Length - 1 do
                        if sequence.Letters[index] <> wildType.Letters[index] then
                            {
                                Original = wildType.Letters[index]
                                Position = index + 1
                                Replacement = sequence.Letters[index]
                            }
                ]
        }

    /// The worst first: lower scores, then later letters.
    let private worstFirst =
        { new IComparer<struct (float * string)> with
            member _.Compare(struct (score, letters), struct (otherScore, otherLetters)) =
                match compare score otherScore with
                | 0 -> String.CompareOrdinal(otherLetters, letters)
                | order -> order
        }

    let best count (wildType: Sequence) (states: (Sequence * float) seq) =
        let kept = Dictionary<string, Sequence * float>()
        let worst = PriorityQueue<string, struct (float * string)>(worstFirst)

        for sequence, score in states do
            let letters = sequence.Letters

            if not (kept.ContainsKey letters) then
                kept[letters] <- (sequence, score)
                worst.Enqueue(letters, struct (score, letters))

                if kept.Count > count then
                    kept.Remove(worst.Dequeue()) |> ignore

        kept.Values
        |> Array.ofSeq
        |> Array.sortWith (fun (a, scoreA) (b, scoreB) ->
            worstFirst.Compare(struct (scoreB, b.Letters), struct (scoreA, a.Letters)))
        |> Array.map (fun (sequence, score) ->
            {
                Sequence = sequence
                Score = score
                Variant = variantOf wildType sequence
            })

    let private distance (a: Design) (b: Design) =
        let mutable count = 0

        for index in 0 .. a.Sequence.Length - 1 do
            if a.Sequence.Letters[index] <> b.Sequence.Letters[index] then
                count <- count + 1

        count

    let diverse count diversity (candidates: Design[]) =
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof count)

        if not (diversity >= 0.0 && diversity <= 1.0) then
            invalidArg (nameof diversity) "The diversity is from 0 to 1."

        if count = 0 || candidates.Length = 0 then
            [||]
        else
            let scores = candidates |> Array.map _.Score
            let low, high = Array.min scores, Array.max scores

            let quality =
                scores
                |> Array.map (fun score -> if high > low then (score - low) / (high - low) else 1.0)

            let picked = List<int>()
            let isPicked = Array.create candidates.Length false
            let nearest = Array.create candidates.Length Int32.MaxValue

            let pick index =
                picked.Add index
                isPicked[index] <- true

                for other in 0 .. candidates.Length - 1 do
                    nearest[other] <-
                        min nearest[other] (distance candidates[other] candidates[index])

            pick (Array.IndexOf(scores, high))
            let farthest = float (max 1 (Array.max nearest))

            let value index =
                (1.0 - diversity) * quality[index] + diversity * float nearest[index] / farthest

            while picked.Count < min count candidates.Length do
                Seq.init candidates.Length id
                |> Seq.filter (fun index -> not isPicked[index])
                |> Seq.maxBy value
                |> pick

            [|
                for index in picked do
                    candidates[index]
            |]
