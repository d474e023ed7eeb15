namespace UniRep.IO

open UniRep

/// A prefix code: what a symbol's bits are looked up in. An entry is 16 × the symbol + its number of bits, or 0.
[<Struct>]
type internal PrefixCode = { Entries: uint16[]; LongestBits: int }

[<RequireQualifiedAccess>]
module internal PrefixCode =
    let private reversed code bits =
        let mutable result = 0

        for bit in 0 .. bits - 1 do
            result <- result ||| (((code >>> bit) &&& 1) <<< (bits - 1 - bit))

        result

    /// Makes the code of the symbols' numbers of bits; None if there is no such code. A code of one symbol, or none, may
    /// leave bits unused.
    let ofLengths (lengths: byte[]) =
        let longest = int (Array.max lengths)
        let counts = Array.zeroCreate<int> 16

        for length in lengths do
            counts[int length] <- counts[int length] + 1

        counts[0] <- 0
        let used = Array.sum counts
        let next = Array.zeroCreate<int> 17

        for bits in 1..15 do
            next[bits + 1] <- (next[bits] + counts[bits]) <<< 1

        // How much of all codes of 15 bits the symbols take.
        let taken = next[16] >>> 1

        if taken > (1 <<< 15) || taken < (1 <<< 15) && (used > 1 || longest > 1) then
            None
        else
            let entries = Array.zeroCreate<uint16>(1 <<< longest)

            for symbol in 0 .. lengths.Length - 1 do
                let bits = int lengths[symbol]

                if bits > 0 then
                    let mutable place = reversed next[bits] bits
                    next[bits] <- next[bits] + 1

                    while place < entries.Length do
                        entries[place] <- uint16 ((symbol <<< 4) ||| bits)
                        place <- place + (1 <<< bits)

            Some
                {
                    Entries = entries
                    LongestBits = longest
                }
