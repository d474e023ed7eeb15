namespace UniRep.Definition

open UniRep
open UniRep.Compute

/// One layer as the equations use it: the four matrices after weight normalisation, and the bias.
type Layer<[<Measure>] 'input> =
    {
        /// x → m, `[d, H]`
        Wmx: Matrix<'input, hidden>
        /// h → m, `[H, H]`
        Wmh: Matrix<hidden, hidden>
        /// x → gates, `[d, 4H]`
        Wx: Matrix<'input, gate>
        /// m → gates, `[H, 4H]`
        Wh: Matrix<hidden, gate>
        /// The bias of the gates, `[4H]`
        B: Vector<gate>
    }

/// What a layer carries from one residue to the next.
type State =
    {
        /// The hidden state h, `[H]`
        H: Vector<hidden>
        /// The cell state c, `[H]`
        C: Vector<hidden>
    }

/// A whole model in the form the equations use: embedding, layers, language-model head.
type Network =
    {
        /// One row per token, `[26, E]`
        Embed: Matrix<token, embed>
        /// The layer that reads embedded residues.
        First: Layer<embed>
        /// The layers that read the hidden state of the layer below.
        Rest: Layer<hidden> list
        /// The head's matrix, `[H, 25]`
        HeadW: Matrix<hidden, cls>
        /// The head's bias, `[25]`
        HeadB: Vector<cls>
    }

/// The definition of the model: the multiplicative LSTM of UniRep (Alley et al. 2019, after Krause et al. 2017),
/// as a pure step folded over a sequence, in float64. Every faster way to compute it is tested against this.
[<RequireQualifiedAccess>]
module Mlstm =
    /// Normalises each column of a matrix and scales it by its gain.
    ///
    /// `w[:, j] = g[j] · v[:, j] / sqrt(max(Σᵢ v[i, j]², 1e-12))`; a gain may be negative (Salimans and Kingma 2016).
    val normalize: g: Vector<'cols> -> v: Matrix<'rows, 'cols> -> Matrix<'rows, 'cols>

    /// Brings raw parameters into the form of the equations: float64, weight norm folded.
    val network: weights: Weights -> Network

    /// Does the same from raw parameters in float64, by the names of `Weights.toTensors`.
    val internal networkOf: shape: MlstmShape -> array: (string -> float[]) -> Network

    /// Gives the state before the first token: h = c = 0.
    val zero: layer: Layer<'input> -> State

    /// Takes one step of one layer.
    ///
    /// `m = (x · wmx) ⊙ (h · wmh)`, `z = x · wx + m · wh + b`, `i, f, o, u` = the four blocks of z,
    /// `c' = σ(f) ⊙ c + σ(i) ⊙ tanh(u)`, `h' = σ(o) ⊙ tanh(c')`.
    val step: layer: Layer<'input> -> state: State -> x: Vector<'input> -> State

    /// Folds the step over embedded tokens and gives the top layer's state after each of them; every layer reads the h
    /// of the layer below.
    val scan: network: Network -> xs: Vector<embed> seq -> State seq

    /// Gives the top layer's states after start and after each residue, L + 1 of them.
    val states: network: Network -> sequence: Sequence -> State seq

    /// Computes the three vectors of a sequence, `[H]` each; the average is over all L + 1 states.
    val represent: network: Network -> sequence: Sequence -> Rep

    /// Computes the logits of the next token, `h · head.w + head.b`, `[25]`; class k stands for token k + 1. Raises
    /// ArgumentException if the model has no head.
    val logits: network: Network -> h: Vector<hidden> -> Vector<cls>

    /// Turns logits into natural logarithms of probabilities, `[25]`.
    val logProbabilities: logits: Vector<cls> -> Vector<cls>

    /// Gives the log-probability of each residue, then of stop, each given what stands before it; L + 1 values in nats.
    val logLikelihoods: network: Network -> sequence: Sequence -> float[]

    /// Gives the log-probability of each residue, then of start, each given stop and what stands after it: the sequence is
    /// read from its last residue to its first. L + 1 values in nats, in the order of the residues.
    val logLikelihoodsBackward: network: Network -> sequence: Sequence -> float[]
