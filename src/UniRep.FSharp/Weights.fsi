namespace UniRep

open UniRep.Compute

/// A named array as weight files hold it: float32, row-major.
type Tensor = { Shape: int list; Values: float32[] }

/// What is known of a model besides its numbers.
type WeightCard =
    {
        /// The model's name, such as `open-672`.
        Name: string
        /// The version of the weights.
        Version: string
        /// The licence, as an SPDX expression, or `unknown`.
        License: string
        /// Where the weights come from.
        Provenance: string
    }

/// All parameters of a model, of shapes that fit each other.
[<Sealed>]
type Weights =
    interface IDisplay

    /// Gets the sizes.
    member Shape: MlstmShape

    /// Gets what is known of the model.
    member Card: WeightCard

    /// Gets every array as the engine takes them; those of the head are empty if the model has no head.
    member Arrays: MlstmArrays

    /// Gets the token embedding, `[26, E]`.
    member Embed: float32[]

    /// Gets the layers, the one next to the embedding first.
    member Layers: LayerArrays list

    /// Gets the language-model head's matrix, `[H, 25]`; empty if the model has no head.
    member HeadW: float32[]

    /// Gets the language-model head's bias, `[25]`; empty if the model has no head.
    member HeadB: float32[]

    /// Gets whether the model has a language-model head. Without one it gives vectors and states, but no logits or
    /// likelihoods, and it cannot be trained.
    member HasHead: bool

    /// Gives an HTML fragment for notebooks: the sizes, the licence and where the weights come from.
    member ToHtml: unit -> string

/// Why a set of named arrays is not a model.
[<RequireQualifiedAccess>]
type WeightsError =
    /// These arrays are missing.
    | MissingArrays of names: string list
    /// An array has another shape than the others call for.
    | UnexpectedShape of name: string * expected: int list * found: int list
    /// An array that no model has.
    | UnexpectedArray of name: string
    /// An array holds an infinity or a NaN, first at this element counted from 0.
    | NotFinite of name: string * element: int
    /// The values of an array are finite, but so large that the vectors of some sequence overflow: `reach` is the largest
    /// sum that can occur.
    | TooLarge of name: string * reach: float

    interface IError

    /// Gets what is wrong and, where it helps, what to do.
    member Message: string

/// Builds and takes apart sets of parameters.
[<RequireQualifiedAccess>]
module Weights =
    /// The licence of weights that do not state one.
    val internal unknownLicense: string

    /// Builds a model from arrays named `embed`, `layerI.{wmx,wmh,wx,wh,b,gmx,gmh,gx,gh}` (I from 0), `head.w`, `head.b`;
    /// units, layers and embedding width are read off the shapes. A model without a head has neither of its arrays.
    val ofTensors:
        card: WeightCard -> tensors: Map<string, Tensor> -> Result<Weights, WeightsError list>

    /// Gives the arrays of a model under the names `ofTensors` takes, in the order of files.
    val toTensors: weights: Weights -> (string * Tensor) list

    /// Builds a model of arrays that have the sizes of their shape, such as a trainer gives.
    val ofArrays: card: WeightCard -> arrays: MlstmArrays -> Weights

    /// Gives the arrays for a backend that knows no models without a head: a missing head is zeros.
    val internal withHead: weights: Weights -> MlstmArrays

    /// Checks whether every number is finite.
    val internal isFinite: arrays: MlstmArrays -> bool

    /// Gives the sizes in words: `256 units × 1 layer`.
    val internal sizes: shape: MlstmShape -> string

    /// The names of the parameters of a layer, as alternatives of a regular expression: `wmx|wmh|…`.
    val internal layerNames: string

    /// Gives the same numbers another card.
    val withCard: card: WeightCard -> weights: Weights -> Weights

    /// Gives the arrays of an error other names, such as those of their files.
    val internal renamed: rename: (string -> string) -> error: WeightsError -> WeightsError

    /// Says that a model has no head, and what that means.
    val internal noHead: card: WeightCard -> string
