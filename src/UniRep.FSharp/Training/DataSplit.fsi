namespace UniRep.Training

open System
open UniRep

/// Some of the sequences of a corpus, by their indices.
type internal Subset = { Corpus: Corpus; Indices: int[] }

/// The sequences that a model is trained on and evaluated on.
type internal DataSplit =
    {
        Training: Subset
        /// The validation set, whose loss decides which model is the best.
        Validation: Subset option
        /// The out-of-domain test set, whose loss is reported and decides nothing.
        OutOfDomain: Subset option
    }

/// Works on subsets.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal Subset =
    /// Gives the passes over the sequences in a direction: the index of a sequence that is read forward, the complement of
    /// its index where it is read backward.
    val passes: direction: ReadingDirection -> subset: Subset -> int[]

    /// Counts the residues of a pass.
    val lengthOf: subset: Subset -> pass: int -> int

    /// Gives the tokens of a pass as trainers take them: those of a sequence that is read backward come after stop.
    val tokensOf: subset: Subset -> pass: int -> ReadOnlyMemory<byte>

    /// Takes a whole corpus.
    val all: corpus: Corpus -> Subset

    /// Takes as many sequences from the front as fit into a batch of predicted tokens, at least one.
    val firstBatch: batchTokens: int -> subset: Subset -> Subset

    /// Counts the predicted tokens: residues and stops.
    val tokens: subset: Subset -> int64
