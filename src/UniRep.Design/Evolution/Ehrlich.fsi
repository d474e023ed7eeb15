namespace UniRep.Design

open UniRep

/// A landscape with a formula whose highest score is known to be 1: an Ehrlich function (Stanton et al. 2024,
/// arXiv:2407.00236). A sequence must be feasible: no pair of neighbours may be forbidden. Its score is the product over
/// motifs of how much of each stands somewhere in it, at the motif's spacing. For trying optimisers, and for teaching.
[<Sealed>]
type Ehrlich =
    /// Gets the length of the sequences.
    member Length: int

    /// Gets the motifs: letters, and how far each stands behind the first of its motif.
    member Motifs: (string * int list) list

    /// Gets the forbidden pairs of neighbours.
    member Forbidden: Set<char * char>

    /// Gets a feasible sequence to begin with.
    member Start: Sequence

    /// Gets a sequence whose score is 1.
    member Optimum: Sequence

    /// Gives the score, from 0 to 1; minus infinity if the sequence is not feasible.
    ///
    /// Raises ArgumentException if the length is another.
    member Score: sequence: Sequence -> float

/// Makes Ehrlich functions.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Ehrlich =
    /// Makes a function of sequences of the 20 standard letters with so many motifs of the same length. Each motif counts
    /// in steps of `1 / quantization`, which divides the motif's length in the usual case of all its letters.
    ///
    /// Raises ArgumentException unless motifs fit into the length side by side, all motifs together have at most 20 letters,
    /// and the quantization is from 1 to the motif's length.
    val make:
        seed: uint64 ->
        length: int ->
        motifs: int ->
        motifLength: int ->
        quantization: int ->
            Ehrlich

    /// Gives the function as a scorer.
    val scorer: ehrlich: Ehrlich -> Scorer
