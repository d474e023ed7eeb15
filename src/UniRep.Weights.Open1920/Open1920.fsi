namespace UniRep

/// Brings the model open-1920 (37 MB, CC BY 4.0) with a program. `Weights.open1920` stands beside the other functions of
/// `Weights` once `UniRep` is open; in C#, it is `Open1920.Weights.Load`.
[<AutoOpen>]
module Open1920 =
    /// What this package adds to `Weights`.
    [<RequireQualifiedAccess>]
    module Weights =
        /// Reads open-1920: 1,920 units × 1 layer, stored in half precision, widened here. It takes a fraction of a second
        /// and 74 MB; `Model.ofWeights` makes a model of it.
        [<CompiledName "Load">]
        val open1920: unit -> Weights
