namespace UniRep

open System
open UniRep.Compute

/// Makes a result of what a run computed of a sequence; the spans of the output end with the call.
type Take<'result> = delegate of sequence: Sequence * output: inref<SequenceOutput> -> 'result

/// Uses what a run computed of an item; the spans of the output end with the call.
type Use<'item> = delegate of item: 'item * output: inref<SequenceOutput> -> unit

/// What a run computes of each sequence, and the result made of it.
type Output<'result> =
    {
        /// What is computed besides the three vectors.
        Needs: Outputs
        /// Reads sequences from the last residue to the first, as a model does that was trained so.
        ReadsBackward: bool
        /// Makes the result.
        Take: Take<'result>
    }

/// The results that a model gives.
[<RequireQualifiedAccess>]
module Output =
    /// The three vectors, `[H]` each.
    val rep: Output<Rep>

    /// The top layer's hidden state after start and after each residue, `[L + 1, H]`.
    val hiddenStates: Output<float32[,]>

    /// The logits of the next token after start and after each residue, `[L + 1, 25]`; class k stands for token k + 1.
    val logits: Output<float32[,]>

    /// The log-probability of a token in nats, of logits `[25]`.
    val internal logProbability: row: ReadOnlySpan<float32> -> token: byte -> float

    /// The log-probability of each residue, then of stop, each given what comes before it; L + 1 values in nats.
    val logLikelihoods: Output<float[]>

    /// The log-likelihood of a sequence in nats, with the final stop or without it.
    val logLikelihood: includeStop: bool -> Output<float>

    /// The log-probability of each residue, then of start, each given stop and what comes after it; L + 1 values in nats, in
    /// the order of the residues. Only a model that was trained backward or in both directions tells something by it.
    val logLikelihoodsBackward: Output<float[]>

    /// The log-likelihood of a sequence read backward in nats, with the final start or without it.
    val logLikelihoodBackward: includeStart: bool -> Output<float>

    /// Makes another result of a result.
    val map: mapping: ('a -> 'b) -> output: Output<'a> -> Output<'b>
