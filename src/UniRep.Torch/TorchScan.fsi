namespace UniRep

open System.Threading
open TorchSharp
open UniRep.Compute

/// How the input of a layer enters m and z. Neither depends on the state, so both are computed for many steps at once.
[<RequireQualifiedAccess>]
type TorchInputs =
    /// The first layer's input is one of 26 tokens: its products are tabulated, `[26, H]` and `[26, 4H]`; b is in xz.
    | Tabulated of xm: torch.Tensor * xz: torch.Tensor
    /// The matrices and the bias of a layer above, `[H, H]`, `[H, 4H]`, `[4H]`.
    | Products of wmx: torch.Tensor * wx: torch.Tensor * b: torch.Tensor

/// One layer as the equations use it, on the device: the tensors of `Definition.Layer`.
type TorchLayer =
    {
        Inputs: TorchInputs
        /// h → m, `[H, H]`
        Wmh: torch.Tensor
        /// m → gates, `[H, 4H]`
        Wh: torch.Tensor
    }

/// A whole model on a device.
type TorchNetwork =
    {
        Shape: MlstmShape
        Device: torch.Device
        Layers: TorchLayer list
        /// The head's matrix, `[H, 25]`, and bias, `[25]`
        HeadW: torch.Tensor
        HeadB: torch.Tensor
    }

    interface System.IDisposable

/// What a scan gives besides its result, and what ends it.
type internal TorchWatch =
    {
        /// Takes the top layer's h of some steps, `[R, H]`, with the first and the last of the steps.
        States: (int -> int -> torch.Tensor -> unit) option
        /// Told after each block of steps how many rows were computed.
        Computed: int -> unit
        Cancellation: CancellationToken
    }

/// The result of a scan: the running mean of h, the last h and the last c of the top layer, `[B, H]` each.
type internal TorchStates =
    {
        Average: torch.Tensor
        Final: torch.Tensor
        Cell: torch.Tensor
    }

/// The multiplicative LSTM as a batched scan in TorchSharp. It reads beside `Definition.Mlstm`: the same step on `[B, H]`
/// instead of `[H]`. Products are in the precision of the matrices, float32 or bfloat16; gates, cell, h and sums are float32.
[<RequireQualifiedAccess>]
module TorchScan =
    /// Brings raw parameters to a device in the form of the equations: weight norm is folded and tables are made in
    /// float64, once.
    val network:
        device: torch.Device -> precision: TorchPrecision -> arrays: MlstmArrays -> TorchNetwork

    /// Takes one step of one layer for n sequences. `xm`, `[n, H]`, and `xz`, `[n, 4H]`, are the input's parts of m and z;
    /// xz is used up. `c`, `[n, H]`, becomes the new cell. Gives the new h, `[n, H]`.
    val step:
        layer: TorchLayer ->
        xm: torch.Tensor ->
        xz: torch.Tensor ->
        h: torch.Tensor ->
        c: torch.Tensor ->
            torch.Tensor

    /// Gives the input's parts of m and z for R rows, `[R, H]` and `[R, 4H]`: of token numbers, `[R]`, in the first layer, of
    /// the h of the layer below, `[R, H]`, above.
    val inputs: layer: TorchLayer -> x: torch.Tensor -> struct (torch.Tensor * torch.Tensor)

    /// Computes the logits of the next token, `[R, 25]`, of the top layer's h, `[R, H]`.
    val logits: network: TorchNetwork -> h: torch.Tensor -> torch.Tensor

    /// Folds the step over sequences side by side; those that have ended leave the batch.
    val internal scan:
        network: TorchNetwork -> watch: TorchWatch -> batch: RaggedBatch -> TorchStates
