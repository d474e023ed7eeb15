namespace UniRep.Training

open UniRep

/// A random generator whose whole state is one number: the same seed gives the same numbers everywhere (SplitMix64,
/// Steele, Lea and Flood 2014).
[<Sealed>]
type internal SplitMix =
    /// Begins at a seed.
    new: seed: uint64 -> SplitMix

    /// Gives 64 random bits.
    member Next: unit -> uint64

    /// Gives an integer from 0 to below a bound, all equally likely.
    member Below: bound: int -> int

    /// Gives a number from 0 to below 1.
    member Unit: unit -> float

    /// Gives a number of the standard normal distribution.
    member Normal: unit -> float

    /// Brings an array into random order, where it lies.
    member Shuffle: items: 'item[] -> unit

/// Seeds of streams that have nothing to do with each other.
[<RequireQualifiedAccess>]
module internal Seed =
    /// Gives the seed of one of many streams.
    val derive: seed: uint64 -> stream: int -> uint64
