namespace UniRep.Design

open UniRep
open UniRep.IO

/// Which numbers describe a protein to a top model.
[<RequireQualifiedAccess>]
type FeatureKind =
    /// A vector of a model.
    | Vector of Pool
    /// 20 numbers for each position, 1 for the residue that stands there and 0 for the others. Positions count from the
    /// first residue; a sequence shorter than the longest has zeros at its end, and so has each letter but the 20.
    | OneHot

    /// Gets the name that options and files give it: `average`, `one-hot`.
    member Name: string

/// Where features come from: two tables fit together if their sources are equal.
type FeatureSource =
    {
        Kind: FeatureKind
        /// The number of features, without the density.
        Width: int
        /// The fingerprint of the model's weights; None for one-hot.
        Fingerprint: string option
        /// The name of the model, also where it gave the density alone; None if there is none. Models with equal fingerprints
        /// are the same whatever their names.
        Model: string option
        /// The name of the scorer whose score is one more column, which top models do not penalise.
        Density: string option
    }

/// Features of some proteins, one row each.
[<Sealed>]
type FeatureTable =
    internal new:
        source: FeatureSource * count: int * row: (int -> float32[]) * density: float[] option ->
            FeatureTable

    /// Gets where they come from.
    member Source: FeatureSource

    /// Gets the number of rows.
    member Count: int

    /// Gives the features of a row, without the density; do not change them.
    member Row: index: int -> float32[]

    /// Gets the density of each row, if there is one.
    member Density: float[] option

/// Makes features.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FeatureTable =
    /// Takes vectors that a model has computed, in memory: `FeatureTable.ofVectors Pool.Average model vectors`.
    ///
    /// Raises ArgumentException if a vector has not the length that such vectors of the model have.
    val ofVectors: pool: Pool -> model: Model -> vectors: float32[][] -> FeatureTable

    /// Takes rows of any source.
    ///
    /// Raises ArgumentException if a row has not the width of the source, or if the source has a density: add it with
    /// `withDensity`.
    val ofRows: source: FeatureSource -> rows: float32[][] -> FeatureTable

    /// Gives the vector of a representation.
    val vectorOf: pool: Pool -> rep: Rep -> float32[]

    /// Computes the vectors of sequences.
    val represent:
        options: RunOptions -> pool: Pool -> model: Model -> sequences: Sequence[] -> FeatureTable

    /// Encodes sequences by their residues, 20 numbers for each position up to the longest sequence.
    val oneHot: sequences: Sequence[] -> FeatureTable

    /// Encodes sequences for a top model that was fitted to so many positions; the error is the index of a longer one.
    val oneHotOf: positions: int -> sequences: Sequence[] -> Result<FeatureTable, int>

    /// Adds a column that top models do not penalise (Hsu et al. 2022): a score of each sequence, by the scorer's name.
    ///
    /// Raises ArgumentException if there is not one for each row, or one is not finite.
    val withDensity: name: string -> scores: float[] -> table: FeatureTable -> FeatureTable

    /// Adds the log-likelihoods of a model, as `Scorer.languageModel` gives them, as the density. Those of other weights are
    /// another density.
    ///
    /// Raises ArgumentException as `withDensity` does.
    val withLikelihood: model: Model -> scores: float[] -> table: FeatureTable -> FeatureTable

    /// Gives the name of the density of `withLikelihood`.
    val internal likelihoodOf: model: Model -> string

    /// Gives some rows, in the order of their indices; no features are copied.
    val select: indices: int[] -> table: FeatureTable -> FeatureTable
