namespace UniRep.Design

open UniRep

/// A design: a sequence and its score.
type Design =
    {
        Sequence: Sequence
        Score: float
        /// The residues by which it differs from the wild type, as `A42G:K50R`; numbers count from 1.
        Variant: Variant
    }

/// Collects accepted states and picks designs that are good and differ from one another.
[<RequireQualifiedAccess>]
module DesignPick =
    /// Tells how a sequence differs from the wild type of the same length.
    val internal variantOf: wildType: Sequence -> sequence: Sequence -> Variant

    /// Gives the different sequences of the highest scores, at most so many, the best first; equals are ordered by their
    /// letters. Memory is bounded by that number, whatever the number of states.
    val best: count: int -> wildType: Sequence -> states: (Sequence * float) seq -> Design[]

    /// Picks designs one after another. The first is the best. Each further one has the largest value
    ///
    ///     (1 - diversity) q + diversity d / D
    ///
    /// where q is its score, scaled to 0 for the worst and 1 for the best of all candidates, d the number of residues by which
    /// it differs from the most similar design picked so far, and D the largest number by which any candidate differs from
    /// the first pick. Diversity 0 picks by score alone, 1 by difference alone. Equals are picked in the order given.
    ///
    /// Raises ArgumentException if the diversity is not from 0 to 1 or the count is negative.
    val diverse: count: int -> diversity: float -> candidates: Design[] -> Design[]
