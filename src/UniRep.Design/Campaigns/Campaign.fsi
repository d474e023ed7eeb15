namespace UniRep.Design

/// How the first plate is chosen, before anything is measured.
[<RequireQualifiedAccess>]
type FirstRound =
    /// The highest zero-shot scores.
    | ZeroShot
    /// Candidates that stand for groups of similar ones: k-medoids on the principal components of the vectors.
    | Diverse
    /// Candidates by chance.
    | Random

    /// Gets the name that options and files give it: `zero-shot`, `diverse`, `random`.
    member Name: string

/// How later plates are chosen from the means and standard deviations that a fitted top model predicts.
[<RequireQualifiedAccess>]
type Strategy =
    /// The highest means.
    | Greedy
    /// The highest mean + √ξ σ, with ξ = 4.
    | Ucb
    /// The highest of one random draw for each candidate from the normal distribution of its mean and σ; draws of different
    /// candidates are independent.
    | Thompson
    /// The highest mean + √ξ σ one after another: each pick is taken to be measured as the mean of all measurements (a
    /// constant lie, Ginsbourger et al. 2010), and the top model is fitted again.
    | ConstantLiar

    /// Gets the name that options and files give it: `greedy`, `ucb`, `thompson`, `liar`.
    member Name: string

/// How plates are chosen. Where something is random, the seed decides it, together with the number of the round: the order of
/// candidates with equal values, a first round by chance, the start of k-medoids, the draws of Thompson sampling, and the random
/// halves of low-N, so that the seed within the options of the top model is not used.
type CampaignOptions =
    {
        First: FirstRound
        Strategy: Strategy
        TopModel: TopModelOptions
        /// The top model sees so many principal components of the vectors of all candidates, each divided by its standard
        /// deviation; 0 for the vectors as they are.
        Components: int
        /// The top model is fitted to the ranks of measurements, as quantiles of a normal distribution with the mean and the
        /// standard deviation of the measurements, so that a few extreme values do not rule it.
        NormalScores: bool
        /// The top model starts from the zero-shot scores: their ranks among all candidates, as quantiles of a normal distribution,
        /// are a column that the fit to the measurements does not penalise. Until the rest is learnt, they predict alone.
        WarmStart: bool
        Seed: uint64
    }

/// What plates are chosen from.
type Candidates =
    {
        /// A row for each candidate.
        Features: FeatureTable
        /// The zero-shot score of each candidate; higher means fitter.
        ZeroShot: float[]
    }

/// A candidate that was chosen.
type Pick =
    {
        /// The candidate, from 0.
        Index: int
        /// What the choice was made by: the zero-shot score, the mean, mean + √ξ σ, or the random draw.
        Value: float
        /// What the fitted top model predicts; None in the first round.
        Prediction: Prediction option
    }

/// Chooses plates. The same input gives the same bits.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Campaign =
    /// By chance first, then greedy by a Gaussian process on 64 components and ranks, without a warm start: what finds most with
    /// models that do not know the family. `CampaignFolder.usual` gives what suits a model.
    val usual: CampaignOptions

    /// Every first round, in the order of help.
    val firstRounds: FirstRound list

    /// Every strategy, in the order of help.
    val strategies: Strategy list

    /// The methods of top models for campaigns, in the order of help. Each gives a standard deviation and takes a warm start.
    val topModels: TopModelMethod list

    /// Makes the components of vectors that the options ask for, and adds the warm start. Nothing is random in it: do it once
    /// and choose many times.
    ///
    /// Raises ArgumentException if a warm start is asked for and a zero-shot score is not finite.
    val prepare: options: CampaignOptions -> candidates: Candidates -> Candidates

    /// Chooses the first plate.
    ///
    /// Raises ArgumentException if there are fewer candidates than the plate has places, or none.
    val first: options: CampaignOptions -> batch: int -> candidates: Candidates -> Pick[]

    /// Chooses the plate of a round, from 2, by what was measured of candidates. Candidates that were chosen before, measured
    /// or not, are left out. Candidates must be prepared.
    ///
    /// Raises ArgumentException if fewer candidates are left than the plate has places.
    val next:
        options: CampaignOptions ->
        round: int ->
        batch: int ->
        chosen: Set<int> ->
        measured: (int * float)[] ->
        candidates: Candidates ->
            Result<Pick[], TopModelError>
