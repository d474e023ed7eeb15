namespace UniRep.Training

open UniRep

/// A random number generator whose state is one number (SplitMix64, Steele, Lea and Flood 2014): the same seed gives the
/// same numbers on every machine.
[<Sealed>]
type internal SplitMix =
    /// Starts from a seed.
    new: seed: uint64 -> SplitMix

    /// Gives 64 random bits.
    member Next: unit -> uint64

    /// Gives an integer from 0 to below a bound, all equally likely.
    member Below: bound: int -> int

    /// Gives a number from 0 to below 1.
    member Unit: unit -> float

    /// Gives a number of the standard normal distribution.
    member Normal: unit -> float

    /// Shuffles an array in place.
    member Shuffle: items: 'item[] -> unit

/// Makes seeds of independent streams.
[<RequireQualifiedAccess>]
module internal Seed =
    /// Gives the seed of a stream.
    val derive: seed: uint64 -> stream: int -> uint64
