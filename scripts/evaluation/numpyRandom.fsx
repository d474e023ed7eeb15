// Draws the subsets: the same rows as NumPy's `default_rng(seed).choice(count, size, replace=False)`, so that anyone can name
// them in one line of Python. NumPy promises the stream of PCG64, not that of `choice`; here it is that of NumPy 1.24.

open System
open System.Numerics

/// NumPy's default generator: PCG64 (XSL-RR), seeded through SeedSequence with one whole number.
type NumpyRandom(seed: uint32) =
    static let multiplier = UInt128(2549297995355413924UL, 4865540595714422341UL)

    /// Turns the seed into four 64-bit words, as SeedSequence does.
    static let words (seed: uint32) =
        let mutable constant = 0x43b0d7e5u

        let hash (value: uint32) =
            let value = value ^^^ constant
            constant <- constant * 0x931e8875u
            let value = value * constant
            value ^^^ (value >>> 16)

        let pool = Array.map hash [| seed; 0u; 0u; 0u |]

        for source in 0..3 do
            for target in 0..3 do
                if source <> target then
                    let mixed = 0xca01f9ddu * pool[target] - 0x4973f715u * hash pool[source]
                    pool[target] <- mixed ^^^ (mixed >>> 16)

        let mutable constant = 0x8b51f9ddu

        let states =
            Array.init 8 (fun k ->
                let value = pool[k % 4] ^^^ constant
                constant <- constant * 0x58f38dedu
                let value = value * constant
                value ^^^ (value >>> 16))

        Array.init 4 (fun k -> uint64 states[2 * k] ||| (uint64 states[2 * k + 1] <<< 32))

    let seeds = words seed
    let increment = (UInt128(seeds[2], seeds[3]) <<< 1) ||| UInt128.One
    let mutable state = (increment + UInt128(seeds[0], seeds[1])) * multiplier + increment
    let mutable spare = None

    let next64 () =
        state <- state * multiplier + increment
        let high, low = uint64 (state >>> 64), uint64 state
        BitOperations.RotateRight(high ^^^ low, int (high >>> 58))

    let next32 () =
        match spare with
        | Some word ->
            spare <- None
            word
        | None ->
            let word = next64 ()
            spare <- Some(uint32 (word >>> 32))
            uint32 word

    /// A whole number from 0 to `last`, all as likely (Lemire's method).
    let upTo last =
        let count = uint64 last + 1UL
        let threshold = (uint64 UInt32.MaxValue - uint64 last) % count

        let rec draw () =
            let product = uint64 (next32 ()) * count
            if uint64 (uint32 product) < threshold then draw () else int (product >>> 32)

        if last = 0 then 0 else draw ()

    /// Swaps each place from the last down to `first` with one at or before it.
    let shuffle first (values: int[]) =
        for at = values.Length - 1 downto first do
            let other = upTo at
            let value = values[other]
            values[other] <- values[at]
            values[at] <- value

    /// Draws `size` different numbers below `count`; all of them, in order and without a draw, if `size` is no smaller.
    member _.Choice(count, size) =
        if size >= count then
            [| 0 .. count - 1 |]
        elif count > 10_000 && size > count / 50 then
            let all = [| 0 .. count - 1 |]
            shuffle (max (count - size) 1) all
            all[count - size ..]
        else
            let drawn = Collections.Generic.HashSet()

            let chosen =
                Array.init size (fun k ->
                    let last = count - size + k
                    let value = upTo last
                    if drawn.Add value then value
                    else
                        drawn.Add last |> ignore
                        last)

            shuffle 1 chosen
            chosen
