namespace UniRep.Compute.Internals.Cuda;

/// <summary>A matrix under weight normalisation: the folded matrix with padding, and its gradient.</summary>
internal sealed class FoldedMatrix : IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly RawParameters _raw;
    private readonly MlstmParameter _parameter;
    private readonly MlstmParameter _gain;
    private readonly int _layer;
    private readonly PaddedColumns _columns;
    private readonly DeviceMemory _inverse;
    private readonly DeviceMemory _gradients;

    /// <param name="stream">Where zeros are written at once.</param>
    /// <param name="raw">The raw parameters.</param>
    /// <param name="parameter">The matrix.</param>
    /// <param name="layer">Its layer.</param>
    /// <param name="paddedRows">Its rows with padding.</param>
    /// <param name="paddedUnits">The units with padding.</param>
    public FoldedMatrix(
        CudaStream stream,
        RawParameters raw,
        MlstmParameter parameter,
        int layer,
        int paddedRows,
        int paddedUnits
    )
    {
        (_raw, _parameter, _gain, _layer) = (raw, parameter, parameter.Gain!, layer);
        var columns = parameter.Columns(raw.Shape);
        _columns = new PaddedColumns(
            parameter.Rows(raw.Shape, layer),
            columns,
            raw.Shape.Units,
            paddedUnits
        );
        Rows = paddedRows;
        Columns = columns / raw.Shape.Units * paddedUnits;
        try
        {
            DeviceMemory Zeros(long floats)
            {
                var memory = _owned.Add(new DeviceMemory(stream.Context, floats * sizeof(float)));
                stream.Fill(memory, 0);
                return memory;
            }

            Value = new DeviceMatrix(Zeros((long)Rows * Columns).Address, Columns);
            _gradients = Zeros((long)Rows * Columns);
            _inverse = Zeros(columns);
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the number of rows with padding.</summary>
    public int Rows { get; }

    /// <summary>Gets the number of columns with padding.</summary>
    public int Columns { get; }

    /// <summary>Gets the folded matrix.</summary>
    public DeviceMatrix Value { get; }

    /// <summary>Gets the gradient of the folded matrix.</summary>
    public DeviceMatrix Gradient => new(_gradients.Address, Columns);

    /// <summary>Computes the folded matrix.</summary>
    public void Fold(CudaStream stream, ParameterKernels kernels) =>
        kernels.Fold(
            stream,
            _raw.Value(_parameter, _layer),
            _raw.Value(_gain, _layer),
            _inverse.Address,
            Value,
            _columns
        );

    /// <summary>Computes the gradients of the raw parameters.</summary>
    public void Unfold(CudaStream stream, ParameterKernels kernels) =>
        kernels.Unfold(
            stream,
            (_raw.Value(_parameter, _layer), _raw.Value(_gain, _layer)),
            _inverse.Address,
            Gradient,
            (_raw.Gradient(_parameter, _layer), _raw.Gradient(_gain, _layer)),
            _columns
        );

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient(CudaStream stream) => stream.Fill(_gradients, 0);

    public void Dispose() => _owned.Dispose();
}
