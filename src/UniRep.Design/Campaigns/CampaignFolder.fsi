namespace UniRep.Design

open UniRep
open UniRep.IO

/// How a campaign begins.
type CampaignStart =
    {
        WildType: Sequence
        /// The number of the wild type's first residue, usually 1: every single mutant is named by it.
        FirstNumber: int
        /// The candidates with their ids; None for every single mutant.
        Library: SequenceTable option
        Pool: Pool
        /// The top model is kept by its method alone: it has the usual options of that.
        Options: CampaignOptions
        Folder: string
    }

/// A plate that was chosen.
type CampaignRound =
    {
        Number: int
        /// The file for the lab: fill its column `measured`.
        File: string
        /// The candidates of the plate, by their ids.
        Mutants: string[]
        /// The measurements that it was chosen by; 0 in the first round.
        Measurements: int
    }

/// Campaigns in folders. The folder holds `campaign.json` (model, options, seed, the rounds and what was measured),
/// `library.csv` (the candidates with their zero-shot scores), `vectors.bin` (their vectors, computed once) and a
/// `round-N.csv` for each plate. The same input gives the same bits.
[<RequireQualifiedAccess>]
module CampaignFolder =
    /// Gives `Campaign.usual` as it suits a model: with a warm start if the model predicts the wild type with a perplexity of at
    /// most 12, as one that is tuned to the family does. Zero-shot scores of others say too little.
    ///
    /// Raises UniRepException if the model has no language-model head.
    val usual: run: RunOptions -> model: Model -> wildType: Sequence -> CampaignOptions

    /// Begins a campaign: computes vectors and zero-shot scores of all candidates. Gives their number.
    ///
    /// Raises UniRepException if the model has no language-model head.
    val init: run: RunOptions -> model: Model -> start: CampaignStart -> Result<int, CampaignError>

    /// Gives the name of the model that a campaign was begun with.
    val modelOf: folder: string -> Result<string, CampaignError>

    /// Reads what the lab has measured of the last round, and chooses the next plate. A strategy replaces that of the campaign
    /// for this round. Everything in the folder is checked first; nothing is written if anything is wrong.
    val next:
        run: RunOptions ->
        model: Model ->
        strategy: Strategy option ->
        batch: int ->
        folder: string ->
            Result<CampaignRound, CampaignError>

    /// Computes what a campaign needs of candidates: vectors, and how much likelier each is than the wild type.
    val candidates:
        run: RunOptions ->
        pool: Pool ->
        model: Model ->
        wildType: Sequence ->
        sequences: Sequence[] ->
            Candidates
