namespace UniRep.Design

open UniRep

/// Computes sequences that resemble those computed before, such as the proposals of Metropolis chains: each starts at the
/// deepest saved state that fits its first residues, so that only what follows is computed. Results have the bits that
/// `Model` gives. For one thread at a time.
[<Sealed>]
type PrefixCache =
    /// Gets the model.
    member internal Model: Model

    /// Gets the number of residues between saved states.
    member Spacing: int

    /// Gets the number of positions that were computed so far.
    member Positions: int64

    /// Computes the three vectors of sequences, in their order.
    member Represent: run: RunOptions * sequences: Sequence[] -> Rep[]

    /// Computes the log-likelihoods of sequences in nats, with the final stop, in their order.
    ///
    /// Raises UniRepException if the model has no language-model head.
    member LogLikelihoods: run: RunOptions * sequences: Sequence[] -> float[]

/// Makes caches of states.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module PrefixCache =
    /// Makes a cache for about so many sequences at a time, of about so many residues, that keeps states of at most so many
    /// bytes; the states between which nothing is saved lie the farther apart the less memory there is.
    ///
    /// Raises ArgumentOutOfRangeException if a number is not positive.
    val make: bytes: int64 -> sequences: int -> residues: int -> model: Model -> PrefixCache

    /// The language model as a scorer: the bits of `Scorer.languageModel`. A model that reads backward is computed without
    /// the cache.
    val languageModel: cache: PrefixCache -> Scorer
