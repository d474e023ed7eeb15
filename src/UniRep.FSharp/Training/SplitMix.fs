namespace UniRep.Training

open UniRep

[<Sealed>]
type internal SplitMix(seed: uint64) =
    let mutable state = seed

    let next () =
        state <- state + 0x9E3779B97F4A7C15UL
        let z = (state ^^^ (state >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        z ^^^ (z >>> 31)

    /// The high half of a product tells the number; the few low halves that would make some numbers likelier are
    /// drawn again (Lemire 2019).
    let rec below (bound: uint64) =
        let mutable low = 0UL
        let high = System.Math.BigMul(next (), bound, &low)

        if low < bound && low < (0UL - bound) % bound then
            below bound
        else
            high

    let unit () =
        float (next () >>> 11) / float (1L <<< 53)

    member _.Next() = next ()
    member _.Below(bound: int) = int (below (uint64 bound))
    member _.Unit() = unit ()

    /// Box and Muller 1958.
    member _.Normal() =
        let radius = sqrt (-2.0 * log (1.0 - unit ()))
        radius * cos (2.0 * System.Math.PI * unit ())

    member _.Shuffle(items: 'item[]) =
        for last in items.Length - 1 .. -1 .. 1 do
            let other = int (below (uint64 last + 1UL))
            let item = items[last]
            items[last] <- items[other]
            items[other] <- item

[<RequireQualifiedAccess>]
module internal Seed =
    let derive seed (stream: int) =
        let mixed = SplitMix(seed).Next() ^^^ (uint64 stream * 0xD1342543DE82EF95UL)
        SplitMix(mixed).Next()
