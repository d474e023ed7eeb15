namespace UniRep.Design

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

/// A campaign in its folder, for C#. The folder holds all of it: begin it in one program, go on in another.
[<Sealed>]
type BegunCampaign =
    internal new:
        folder: string * modelName: string * fingerprint: string * candidates: int * warmStart: bool ->
            BegunCampaign

    /// Gets the folder.
    member Folder: string

    /// Gets the name of the model that it was begun with.
    member ModelName: string

    /// Gets the fingerprint of that model; another one is refused.
    member Fingerprint: string

    /// Gets the number of candidates.
    member Candidates: int

    /// Gets whether the top model starts from the zero-shot scores.
    member WarmStart: bool

    /// <summary>Reads what the lab has measured of the last round, and chooses the next plate. Everything in the folder is checked
    /// first; nothing is written if anything is wrong.</summary>
    /// <param name="model">The model that the campaign was begun with.</param>
    /// <param name="batch">The places of the plate.</param>
    /// <param name="strategy">How this plate is chosen, such as <c>Strategy.Thompson</c>; null for the strategy of the
    /// campaign.</param>
    /// <param name="progress">Receives the number of residues computed so far, if vectors must be computed again; null for
    /// none.</param>
    /// <param name="cancellation">Ends the work of the model within a step, with an OperationCanceledException; the fit is not
    /// cancelled.</param>
    /// <returns>The plate: its number, the ids of its candidates, and the file for the lab, whose column <c>measured</c> is to be
    /// filled: NA where a measurement failed, and higher values for better ones.</returns>
    /// <exception cref="T:UniRep.UniRepException">The last round is not measured (<c>Case</c> is <c>NotMeasured</c>, or
    /// <c>BadRound</c> for one cell), too few candidates are left, a file of the folder has been changed, the model is another, or
    /// the measurements teach nothing.</exception>
    /// <exception cref="T:System.ArgumentException">The plate has no place.</exception>
    member Next:
        model: UniRepModel *
        [<Optional; DefaultParameterValue(16)>] batch: int *
        [<Optional; DefaultParameterValue(null: Strategy | null)>] strategy: (Strategy | null) *
        [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
            (IProgress<int64> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            CampaignRound

/// What to measure next, round after round, for C#: what `unirep campaign` does, with the same folders. The same input gives
/// the same bits.
[<AbstractClass; Sealed>]
type Campaigns =
    /// <summary>Begins a campaign: computes vectors and zero-shot scores of all candidates.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="folder">The folder to write to; it is made, and has no campaign yet.</param>
    /// <param name="variants">The candidates, such as <c>A24G</c> or <c>A24G:K30R</c>; null for every single mutant.</param>
    /// <param name="setup">How plates are chosen; null for the usual.</param>
    /// <param name="first">The number of the first residue of the wild type.</param>
    /// <param name="progress">Receives the number of residues computed so far; null for none.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException; the folder has no campaign
    /// then.</param>
    /// <exception cref="T:UniRep.UniRepException">The wild type is no sequence, a variant does not fit it, two candidates are the
    /// same, the folder has a campaign already or cannot be written, or the model has no language-model head.</exception>
    /// <exception cref="T:System.ArgumentException">Something in the setup is out of its range, or there is no
    /// candidate.</exception>
    static member Begin:
        model: UniRepModel *
        wildType: string *
        folder: string *
        [<Optional; DefaultParameterValue(null: IEnumerable<string> | null)>] variants:
            (IEnumerable<string> | null) *
        [<Optional; DefaultParameterValue(null: CampaignSetup | null)>] setup:
            (CampaignSetup | null) *
        [<Optional; DefaultParameterValue(1)>] first: int *
        [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
            (IProgress<int64> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            BegunCampaign

    /// <summary>Begins a campaign on proteins of any length.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="folder">The folder to write to; it is made, and has no campaign yet.</param>
    /// <param name="candidates">Ids and sequences: residues as upper-case letters.</param>
    /// <param name="setup">How plates are chosen; null for the usual.</param>
    /// <param name="progress">Receives the number of residues computed so far; null for none.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException; the folder has no campaign
    /// then.</param>
    /// <exception cref="T:UniRep.UniRepException">As for the other overload.</exception>
    /// <exception cref="T:System.ArgumentException">Something in the setup is out of its range, or there is no
    /// candidate.</exception>
    static member Begin:
        model: UniRepModel *
        wildType: string *
        folder: string *
        candidates: IEnumerable<struct (string * string)> *
        [<Optional; DefaultParameterValue(null: CampaignSetup | null)>] setup:
            (CampaignSetup | null) *
        [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
            (IProgress<int64> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            BegunCampaign

    /// <summary>Opens a campaign that was begun before, here or by <c>unirep campaign init</c>.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="T:UniRep.UniRepException">The folder has no campaign, or its manifest or library has been
    /// changed.</exception>
    static member Open: folder: string -> BegunCampaign

    /// <summary>Replays a campaign on proteins that are all measured, in memory: once for each seed, from that of the setup
    /// on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="sequences">The candidates: residues as upper-case letters, one sequence a string.</param>
    /// <param name="values">A measurement for each; higher means better.</param>
    /// <param name="rounds">The number of plates.</param>
    /// <param name="batch">The places of a plate.</param>
    /// <param name="seeds">The number of replays.</param>
    /// <param name="setup">How plates are chosen; null for the usual.</param>
    /// <param name="progress">Receives the number of residues computed so far; null for none.</param>
    /// <param name="cancellation">Ends the work of the model within a step, and the replays after one, with an
    /// OperationCanceledException.</param>
    /// <returns>For each seed the candidates picked, by their indices from 0, the share of the true best tenth among them, and the
    /// best value found.</returns>
    /// <exception cref="T:UniRep.UniRepException">A string is no sequence, a value is not finite, measurements teach nothing, or
    /// the model has no language-model head.</exception>
    /// <exception cref="T:System.ArgumentException">There is not one value for each sequence, the sequences do not fill the
    /// plates, or a number is out of its range.</exception>
    static member Replay:
        model: UniRepModel *
        wildType: string *
        sequences: IEnumerable<string> *
        values: IEnumerable<float> *
        [<Optional; DefaultParameterValue(6)>] rounds: int *
        [<Optional; DefaultParameterValue(16)>] batch: int *
        [<Optional; DefaultParameterValue(20)>] seeds: int *
        [<Optional; DefaultParameterValue(null: CampaignSetup | null)>] setup:
            (CampaignSetup | null) *
        [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
            (IProgress<int64> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IReadOnlyList<Replay>
