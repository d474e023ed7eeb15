namespace UniRep.Definition

open UniRep

/// What Adam remembers of the gradients it has seen.
type AdamState =
    {
        /// Steps made.
        Steps: int
        /// The running mean of gradients.
        First: Map<string, float[]>
        /// The running mean of their squares.
        Second: Map<string, float[]>
    }

/// The definition of the optimiser: Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019), as a
/// pure update in float64. The engine is tested against it.
[<RequireQualifiedAccess>]
module Adam =
    /// Begins for some parameters.
    val start: parameters: Map<string, float[]> -> AdamState

    /// Scales gradients down to a norm of all of them together, where it is larger; gives the norm there was.
    val limit: norm: float -> gradient: Map<string, float[]> -> float * Map<string, float[]>

    /// Moves parameters: `m = β₁ m + (1 − β₁) g`, `v = β₂ v + (1 − β₂) g²`,
    /// `p = (1 − rate · decay) p − rate · m̂ / (√v̂ + ε)`, where m̂ and v̂ are m and v over one minus the power of their β.
    /// The decay is for matrices, unless all decay.
    val step:
        settings: UniRep.Compute.AdamStep ->
        gradient: Map<string, float[]> ->
        state: AdamState ->
        parameters: Map<string, float[]> ->
            Map<string, float[]> * AdamState
