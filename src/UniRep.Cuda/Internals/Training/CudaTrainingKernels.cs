namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The kernels of a scan in training between the products: kernels/training/forward.cuh and backward.cuh. Parts are what a
/// product has left to be summed.
/// </summary>
internal sealed class CudaTrainingKernels(CudaModule module, int units)
{
    /// <summary>The classes of the head with padding: the width of a row of logits.</summary>
    public const int PaddedClasses = 32;

    /// <summary>The rows of a table of tokens with padding: the width of a row that marks a token.</summary>
    public const int PaddedTokens = 32;

    private readonly CudaFunction _multiplicative = module.Function("train_m");
    private readonly CudaFunction _gates = module.Function("train_gates");
    private readonly CudaFunction _loss = module.Function("train_loss");
    private readonly CudaFunction _oneHot = module.Function("train_one_hot");
    private readonly CudaFunction _gateGradients = module.Function("train_gate_gradients");
    private readonly CudaFunction _multiplicativeGradients = module.Function("train_m_gradients");
    private readonly CudaFunction _sum = module.Function("train_sum");

    /// <summary>q = h · wmh, and m = xm ⊙ q.</summary>
    public void Multiplicative(
        CudaStream stream,
        (ulong Address, int Count) parts,
        DeviceMatrix xm,
        ulong tokens,
        DeviceMatrix q,
        DeviceMatrix m,
        int rows
    ) =>
        OverUnits(
            _multiplicative,
            stream,
            rows,
            [parts.Address, parts.Count, xm, tokens, q, m, rows, units]
        );

    /// <summary>The gates, c and h.</summary>
    public void Gates(
        CudaStream stream,
        (ulong Address, int Count) parts,
        DeviceMatrix xz,
        ulong tokens,
        ulong bias,
        DeviceMatrix gates,
        DeviceMatrix before,
        DeviceMatrix c,
        DeviceMatrix h,
        int rows
    ) =>
        OverUnits(
            _gates,
            stream,
            rows,
            [parts.Address, parts.Count, xz, tokens, bias, gates, before, c, h, rows, units]
        );

    /// <summary>The cross-entropy of each row, and its gradient in place of the logits.</summary>
    public void Loss(
        CudaStream stream,
        DeviceMatrix logits,
        ulong bias,
        ulong targets,
        ulong scales,
        ulong nats,
        int rows
    ) =>
        KernelLaunch.OverElements(_loss, stream, rows, [logits, bias, targets, scales, nats, rows]);

    /// <summary>A one for the token of each row, [rows][32].</summary>
    public void OneHot(CudaStream stream, ulong tokens, DeviceMatrix ones, int rows) =>
        KernelLaunch.OverElements(_oneHot, stream, (long)rows * PaddedTokens, [tokens, ones, rows]);

    /// <summary>The gradients of the gates in their place, and of the cells of the step before.</summary>
    public void GateGradients(
        CudaStream stream,
        DeviceMatrix above,
        (ulong Address, int Count) parts,
        int later,
        DeviceMatrix cells,
        DeviceMatrix gates,
        DeviceMatrix before,
        DeviceMatrix c,
        int rows
    ) =>
        OverUnits(
            _gateGradients,
            stream,
            rows,
            [above, parts.Address, parts.Count, later, cells, gates, before, c, rows, units]
        );

    /// <summary>The gradients of the factors of m: of h · wmh, and of x · wmx in the place of h · wmh.</summary>
    public void MultiplicativeGradients(
        CudaStream stream,
        (ulong Address, int Count) parts,
        DeviceMatrix xm,
        ulong tokens,
        DeviceMatrix q,
        DeviceMatrix dq,
        int rows
    ) =>
        OverUnits(
            _multiplicativeGradients,
            stream,
            rows,
            [parts.Address, parts.Count, xm, tokens, q, dq, rows, units]
        );

    /// <summary>Sums parts, each of a number of elements, or adds their sum.</summary>
    public void Sum(
        CudaStream stream,
        ulong parts,
        int count,
        ulong to,
        int elements,
        bool adds = false
    ) => KernelLaunch.OverElements(_sum, stream, elements, [parts, count, to, elements, adds]);

    /// <summary>Copies elements.</summary>
    public void Copy(CudaStream stream, DeviceMatrix from, DeviceMatrix to, int rows) =>
        Sum(stream, from.Address, 1, to.Address, rows * from.Pitch);

    private void OverUnits(
        CudaFunction kernel,
        CudaStream stream,
        int rows,
        ReadOnlySpan<KernelArgument> arguments
    ) => KernelLaunch.OverElements(kernel, stream, (long)rows * units, arguments);
}
