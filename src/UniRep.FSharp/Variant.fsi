namespace UniRep

/// One residue in the place of another, such as A42G.
type Mutation =
    {
        /// The residue of the wild type.
        Original: char
        /// The number of the residue.
        Position: int
        /// The residue in its place.
        Replacement: char
    }

/// A protein that differs from a wild type by substitutions: `A42G`, or several as `A42G:K50R`.
type Variant =
    {
        /// The mutations, in the order in which they are written.
        Mutations: Mutation list
    }

/// Why a text is not a variant of a wild type.
[<RequireQualifiedAccess>]
type VariantError =
    /// A part of the text is not a mutation such as A42G.
    | NotAMutation of variant: string * mutation: string
    /// The wild type has no residue of this number; its residues are numbered from `first` to `last`.
    | OutsideWildType of variant: Variant * position: int * first: int * last: int
    /// The wild type has another residue at this position.
    | OtherResidue of variant: Variant * position: int * expected: char * found: char
    /// Two mutations change the same residue.
    | ChangedTwice of variant: Variant * position: int

    interface IError

    /// Gets what is wrong, in one sentence.
    member Message: string

/// Reads, checks, applies and writes variants.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Variant =
    /// Reads `A42G`, or several mutations with colons between them. Positions may be negative.
    val parse: text: string -> Result<Variant, VariantError>

    /// Writes a variant as `parse` reads it.
    val toString: variant: Variant -> string

    /// Checks whether a variant fits a wild type whose first residue has the number `first` (usually 1).
    val check: first: int -> wildType: Sequence -> variant: Variant -> Result<unit, VariantError>

    /// Makes the sequence of a variant, if it fits the wild type, whose first residue has the number `first` (usually 1).
    ///
    /// <example><code>Variant.parse "A42G:K50R" |> Result.bind (Variant.apply 1 wildType)</code></example>
    val apply:
        first: int -> wildType: Sequence -> variant: Variant -> Result<Sequence, VariantError>
