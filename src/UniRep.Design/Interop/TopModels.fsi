namespace UniRep.Design

open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

/// A top model that was fitted or read from a file, for C#. It predicts a measurement from what a model says of a protein.
[<Sealed>]
type FittedTopModel =
    internal new: top: TopModel -> FittedTopModel

    /// Gets the top model as F# has it.
    member TopModel: TopModel

    /// Gets the name of what it predicts.
    member Target: string

    /// Gets how it learned: `ridge`, `low-n`, `lasso`, `logistic`, `gp`.
    member Method: string

    /// Gets the name of its features: `average`, `one-hot`.
    member Features: string

    /// Gets the number of proteins that it was fitted to.
    member Rows: int

    /// Gets the standard deviation of a measurement around its mean, as the fit estimates it.
    member Noise: float

    /// Gets figures of the fit by name, such as the chosen penalty.
    member Facts: IReadOnlyDictionary<string, float>

    /// <summary>Predicts proteins, in their order.</summary>
    /// <param name="model">The model that it was fitted with; null for one-hot features without a density.</param>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <returns>The means and their standard deviations.</returns>
    /// <exception cref="T:UniRep.UniRepException">The model has other weights, a string is no sequence, or one is longer than
    /// the positions of one-hot features.</exception>
    member Predict:
        model: (UniRepModel | null) *
        sequences: IEnumerable<string> *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Prediction[]

    /// <summary>Writes it to a file, complete or not at all; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="T:UniRep.UniRepException">The file cannot be written.</exception>
    member Save: path: string -> unit

/// Fits and reads top models, for C#.
[<AbstractClass; Sealed>]
type TopModels =
    /// <summary>Fits a ridge regression on average vectors to measurements.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="values">A measurement for each.</param>
    /// <param name="target">The name of what was measured.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <exception cref="T:UniRep.UniRepException">There are too few rows, all values are the same, one is not finite, or a
    /// string is no sequence.</exception>
    static member Fit:
        model: UniRepModel *
        sequences: IEnumerable<string> *
        values: IEnumerable<float> *
        [<Optional; DefaultParameterValue("value")>] target: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            FittedTopModel

    /// <summary>Fits a top model of any kind to measurements. The same input and seed give the same bits.</summary>
    /// <param name="learning">How it learns, such as <c>TopModelMethod.GaussianProcess</c>.</param>
    /// <param name="features">What it learns from: <c>FeatureKind.OneHot</c>, or <c>FeatureKind.NewVector(Pool.Average)</c>.</param>
    /// <param name="model">The model; null for one-hot features without a density.</param>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="values">A measurement for each.</param>
    /// <param name="density">Whether the model's log-likelihood is one more column, which is not penalised.</param>
    /// <param name="seed">Decides random halves and parts.</param>
    /// <param name="target">The name of what was measured.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <exception cref="T:UniRep.UniRepException">As for the other overload.</exception>
    /// <exception cref="T:System.ArgumentException">A model is needed and there is none, or there is not one value for each
    /// sequence.</exception>
    static member Fit:
        learning: TopModelMethod *
        features: FeatureKind *
        model: (UniRepModel | null) *
        sequences: IEnumerable<string> *
        values: IEnumerable<float> *
        [<Optional; DefaultParameterValue(false)>] density: bool *
        [<Optional; DefaultParameterValue(0UL)>] seed: uint64 *
        [<Optional; DefaultParameterValue("value")>] target: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            FittedTopModel

    /// <summary>Reads a file that <c>Save</c> or <c>unirep fit</c> has written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="T:UniRep.UniRepException">There is no such file, or it is no top model.</exception>
    static member Load: path: string -> FittedTopModel
