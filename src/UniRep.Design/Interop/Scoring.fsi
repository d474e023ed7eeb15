namespace UniRep.Design

open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

/// A single mutant with its score, for C#.
[<Sealed>]
type ScoredMutant =
    internal new: mutation: Mutation * sequence: Sequence * score: float -> ScoredMutant

    /// Gets the mutation, such as `A24G`.
    member Mutation: string

    /// Gets the number of the residue.
    member Position: int

    /// Gets the residue of the wild type.
    member WildType: char

    /// Gets the residue in its place.
    member Residue: char

    /// Gets the residues of the mutant.
    member Sequence: string

    /// Gets ln p(mutant) − ln p(wild type) in nats: higher is fitter, 0 is as likely as the wild type.
    member Score: float

/// Scores of mutants without measurements, for C#: ln p(mutant) − ln p(wild type) in nats, stop included, read in the direction
/// in which the model was trained. Higher is fitter, 0 is as likely as the wild type. Every method throws UniRepException where a
/// string is not what it should be: its Index says which, from 0; and where the model has no language-model head.
[<AbstractClass; Sealed>]
type Scoring =
    /// <summary>Scores variants of a wild type, in their order. All are one run: what they share at the beginning is computed
    /// once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="variants">Variants such as <c>A24G</c> or <c>A24G:K30R</c>.</param>
    /// <param name="first">The number of the first residue of the wild type.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    static member Variants:
        model: UniRepModel *
        wildType: string *
        variants: IEnumerable<string> *
        [<Optional; DefaultParameterValue(1)>] first: int *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            float[]

    /// <summary>Scores whole sequences relative to a wild type, in their order; their lengths may differ.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    static member Sequences:
        model: UniRepModel *
        wildType: string *
        sequences: IEnumerable<string> *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            float[]

    /// <summary>Scores every single mutant of a wild type: each position with each of the other standard residues, position by
    /// position.</summary>
    /// <param name="model">The model.</param>
    /// <param name="wildType">Residues as upper-case letters.</param>
    /// <param name="first">The number of the first residue of the wild type.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    static member Scan:
        model: UniRepModel *
        wildType: string *
        [<Optional; DefaultParameterValue(1)>] first: int *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IReadOnlyList<ScoredMutant>
