namespace UniRep.Design

open System
open UniRep
open UniRep.IO

/// How a campaign chooses its plates, for C#: each property has the usual value until it is set.
[<Sealed>]
type CampaignSetup =
    /// Makes the usual setup.
    new: unit -> CampaignSetup

    /// Gets or sets how the first plate is chosen: by chance.
    member First: FirstRound with get, set

    /// Gets or sets how later plates are chosen: greedily.
    member Strategy: Strategy with get, set

    /// Gets or sets what learns from the measurements: a Gaussian process. Campaigns take ridge and low-N too.
    member TopModel: TopModelMethod with get, set

    /// Gets or sets the vector of a protein: the average.
    member Pool: Pool with get, set

    /// Gets or sets the number of principal components of the vectors that the top model sees: 64; 0 for the vectors as they
    /// are.
    member Components: int with get, set

    /// Gets or sets whether the top model is fitted to ranks of the measurements, which a few extreme values do not rule: true.
    member NormalScores: bool with get, set

    /// Gets or sets whether the top model starts from the zero-shot scores. Null is what suits the model: true if it predicts the
    /// wild type with a perplexity of at most 12, as one that is tuned to the family does.
    member WarmStart: Nullable<bool> with get, set

    /// Gets or sets the seed: 0.
    member Seed: uint64 with get, set

    /// Checks what was set.
    member internal Check: unit -> unit

    /// The options as F# has them, for a model and a wild type.
    member internal OptionsFor:
        run: RunOptions * model: Model * wildType: Sequence -> CampaignOptions
