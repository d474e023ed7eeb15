namespace UniRep.Design

/// What a replayed campaign found, for one seed.
type Replay =
    {
        Seed: uint64
        /// The candidates picked, round by round.
        Rounds: int[][]
        /// The share of all picks that are among the true best tenth of the candidates.
        TopShare: float
        /// The best value found.
        Best: float
    }

/// Replays campaigns on candidates whose values are all known.
[<RequireQualifiedAccess>]
module Simulation =
    /// Replays so many rounds of so many picks with a seed. The best tenth are the floor(n / 10) highest values, at least
    /// one; of equals at the edge, the earlier.
    ///
    /// `prepared` is what `Campaign.prepare` makes of the candidates, once for all seeds.
    ///
    /// Raises ArgumentException if there are fewer candidates than picks.
    val replayPrepared:
        options: CampaignOptions ->
        rounds: int ->
        batch: int ->
        truth: float[] ->
        candidates: Candidates ->
        prepared: Candidates ->
            Result<Replay, TopModelError>

    /// Prepares the candidates, and replays.
    ///
    /// Raises ArgumentException if there are fewer candidates than picks.
    val replay:
        options: CampaignOptions ->
        rounds: int ->
        batch: int ->
        truth: float[] ->
        candidates: Candidates ->
            Result<Replay, TopModelError>
