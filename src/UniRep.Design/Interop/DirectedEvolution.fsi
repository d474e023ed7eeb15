namespace UniRep.Design

open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

/// A protein that directed evolution has designed, for C#.
[<Sealed>]
type DesignedProtein =
    internal new: design: Design -> DesignedProtein

    /// Gets the residues.
    member Sequence: string

    /// Gets the score: the predicted mean of the top model, or the log-likelihood.
    member Score: float

    /// Gets how it differs from the wild type, such as `A42G:K50R`; numbers count from 1.
    member Mutations: string

/// Directed evolution in the computer, for C#: many Metropolis chains at once, in memory. `unirep evolve` does more: it keeps
/// every accepted state in a folder, and resumes.
[<AbstractClass; Sealed>]
type DirectedEvolution =
    /// <summary>Evolves a wild type and picks designs that are good and differ from one another. The same seed gives the same
    /// designs with any number of threads.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="top">The top model whose prediction is raised; null to raise the log-likelihood.</param>
    /// <param name="designs">The most designs to pick.</param>
    /// <param name="chains">The number of chains.</param>
    /// <param name="steps">The steps of each chain.</param>
    /// <param name="trustRadius">The most residues by which a design differs from the wild type; 0 for no bound.</param>
    /// <param name="meanEdits">The mean number of residues that a proposal changes.</param>
    /// <param name="temperature">The first temperature, in the unit of the scores; it falls to a hundredth. 0 for the standard
    /// deviation of the scores of single mutants.</param>
    /// <param name="diversity">From 0, by score alone, to 1, by difference alone.</param>
    /// <param name="forbidden">Motifs that designs must not gain, such as <c>N{P}[ST]</c>; null for none.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <returns>The designs, the best first.</returns>
    /// <exception cref="T:UniRep.UniRepException">The wild type or a motif is not what it should be, the top model was fitted
    /// with other weights, or all mutants score alike.</exception>
    /// <exception cref="T:System.ArgumentException">A number is out of its range.</exception>
    static member Run:
        model: UniRepModel *
        wildType: string *
        [<Optional; DefaultParameterValue(null: FittedTopModel | null)>] top:
            (FittedTopModel | null) *
        [<Optional; DefaultParameterValue(50)>] designs: int *
        [<Optional; DefaultParameterValue(100)>] chains: int *
        [<Optional; DefaultParameterValue(1000)>] steps: int *
        [<Optional; DefaultParameterValue(7)>] trustRadius: int *
        [<Optional; DefaultParameterValue(1.5)>] meanEdits: float *
        [<Optional; DefaultParameterValue(0.0)>] temperature: float *
        [<Optional; DefaultParameterValue(0.3)>] diversity: float *
        [<Optional; DefaultParameterValue(null: IEnumerable<string> | null)>] forbidden:
            (IEnumerable<string> | null) *
        [<Optional; DefaultParameterValue(0UL)>] seed: uint64 *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IReadOnlyList<DesignedProtein>
