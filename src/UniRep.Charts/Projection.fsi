namespace UniRep.Charts

open UniRep

/// Principal components of some vectors.
type Projection =
    {
        /// Each vector's coordinates along the components, `[n, dimensions]`, the component of largest variance first.
        Coordinates: float[,]
        /// The share of the whole variance that each component has, `[dimensions]`, from 0 to 1.
        Explained: float[]
    }

    interface IDisplay

    /// Gives an HTML fragment for notebooks: what share of the variance each component has.
    member ToHtml: unit -> string

/// Lays vectors out in few dimensions.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Projection =
    /// Principal component analysis: centres the vectors and gives their coordinates along the directions of largest
    /// variance. Each component's sign is such that its loading of largest size is positive, so that pictures do not flip.
    ///
    /// Raises ArgumentException if there are fewer than two vectors, if they differ in length, or if they have fewer
    /// dimensions than are asked for.
    val pca: dimensions: int -> vectors: float32[] seq -> Projection
