namespace UniRep.Design

/// A model of measurements on top of features: fitted to a few measured proteins, it predicts others.
[<Sealed>]
type TopModel =
    /// Gets how it was fitted.
    member Options: TopModelOptions

    /// Gets the name of what it predicts.
    member Target: string

    /// Gets which features it takes.
    member Source: FeatureSource

    /// Gets the number of rows that it was fitted to.
    member Rows: int

    /// Gets the standard deviation of a measurement around its mean, as the fit estimates it. A new measurement has the
    /// variance of the prediction plus that of the noise.
    member Noise: float

    /// Gets figures of the fit by name: the chosen penalty, the error of rows left out.
    member Facts: (string * float) list

/// Fits, uses, saves and reads top models.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module TopModel =
    /// Fits a top model to measurements, one for each row. `target` is the name of what is measured. The same input and
    /// options give the same bits, whatever the number of threads.
    ///
    /// Raises ArgumentException if there is not one value for each row, or if options are out of their range.
    ///
    /// <example><code>let top = TopModel.fit (TopModelOptions.usual TopModelMethod.Ridge) "activity" features values</code></example>
    val fit:
        options: TopModelOptions ->
        target: string ->
        features: FeatureTable ->
        values: float[] ->
            Result<TopModel, TopModelError>

    /// Fits a ridge regression for each of some penalties, at little more than the cost of one: for a choice by other rows than
    /// those of the fit, such as a validation set. Each has the bits of `fit` with that penalty alone.
    ///
    /// Raises ArgumentException as `fit` does.
    val ridgePath:
        penalties: float[] ->
        target: string ->
        features: FeatureTable ->
        values: float[] ->
            Result<TopModel[], TopModelError>

    /// Predicts means and standard deviations, row by row.
    val predict: model: TopModel -> features: FeatureTable -> Result<Prediction[], TopModelError>

    /// Predicts the means alone: the same numbers, many times faster than with standard deviations.
    val means: model: TopModel -> features: FeatureTable -> Result<float[], TopModelError>

    /// Writes a top model to a file, complete or not at all; an existing file is replaced.
    val save: path: string -> model: TopModel -> Result<unit, TopModelError>

    /// Reads a file that `save` has written.
    val load: path: string -> Result<TopModel, TopModelError>
