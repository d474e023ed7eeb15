namespace UniRep.Compute.Internals.Cuda;

/// <summary>The matrices of a layer in training.</summary>
/// <param name="Wmx">x → m, [d, H].</param>
/// <param name="Wmh">h → m, [H, H].</param>
/// <param name="Wx">x → gates, [d, 4H].</param>
/// <param name="Wh">m → gates, [H, 4H].</param>
/// <param name="B">The bias of the gates with padding, [4H].</param>
internal sealed record TrainingLayerWeights(
    FoldedMatrix Wmx,
    FoldedMatrix Wmh,
    FoldedMatrix Wx,
    FoldedMatrix Wh,
    PaddedMatrix B
)
{
    /// <summary>Gets the matrices.</summary>
    public IEnumerable<FoldedMatrix> Matrices => [Wmx, Wmh, Wx, Wh];
}

/// <summary>
/// What the passes of training read, made from the raw parameters: folded matrices, the tables of the tokens, the head; and the
/// gradients of all of these.
/// </summary>
internal sealed class TrainingWeights : IDisposable
{
    private const int Classes = CudaTrainingKernels.PaddedClasses;
    private readonly DisposalScope _owned = new();
    private readonly RawParameters _raw;
    private readonly CudaStream _stream;
    private readonly ParameterKernels _kernels;
    private readonly MatrixProducts _products;
    private readonly PaddedMatrix _embed;
    private readonly int _units;
    private readonly int _embedding;

    public TrainingWeights(
        RawParameters raw,
        CudaStream stream,
        ParameterKernels kernels,
        MatrixProducts products
    )
    {
        (_raw, _stream, _kernels, _products) = (raw, stream, kernels, products);
        var shape = raw.Shape;
        _units = CudaShape.RoundUp(shape.Units, CudaShape.UnitMultiple);
        _embedding = CudaShape.RoundUp(shape.Embedding, 4);
        try
        {
            PaddedMatrix Zeros(int rows, int columns) =>
                _owned.Add(new PaddedMatrix(stream, rows, columns));
            FoldedMatrix Folded(MlstmParameter parameter, int layer, int rows) =>
                _owned.Add(new FoldedMatrix(stream, raw, parameter, layer, rows, _units));
            _embed = Zeros(MlstmShape.Tokens, _embedding);
            Xm = Zeros(MlstmShape.Tokens, _units);
            Xz = Zeros(MlstmShape.Tokens, 4 * _units);
            Head = Zeros(_units, Classes);
            Layers =
            [
                .. Enumerable
                    .Range(0, shape.Layers)
                    .Select(layer =>
                    {
                        var width = layer == 0 ? _embedding : _units;
                        return new TrainingLayerWeights(
                            Folded(MlstmParameter.Wmx, layer, width),
                            Folded(MlstmParameter.Wmh, layer, _units),
                            Folded(MlstmParameter.Wx, layer, width),
                            Folded(MlstmParameter.Wh, layer, _units),
                            Zeros(1, 4 * _units)
                        );
                    }),
            ];
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the units with padding.</summary>
    public int Units => _units;

    /// <summary>Gets the layers.</summary>
    public TrainingLayerWeights[] Layers { get; }

    /// <summary>Gets x · wmx of each token, [26, H].</summary>
    public PaddedMatrix Xm { get; }

    /// <summary>Gets x · wx of each token, [26, 4H].</summary>
    public PaddedMatrix Xz { get; }

    /// <summary>Gets the matrix of the head, [H, 32].</summary>
    public PaddedMatrix Head { get; }

    /// <summary>Gets the address of the bias of the head.</summary>
    public ulong HeadBias => _raw.Value(MlstmParameter.HeadB);

    private PaddedColumns GateColumns(int rows) =>
        new(rows, _raw.Shape.Gates, _raw.Shape.Units, _units);

    private PaddedColumns EmbedColumns =>
        new(MlstmShape.Tokens, _raw.Shape.Embedding, _raw.Shape.Embedding, _embedding);

    private PaddedColumns HeadColumns =>
        new(_raw.Shape.Units, MlstmShape.Classes, MlstmShape.Classes, Classes);

    /// <summary>Computes everything from the raw parameters.</summary>
    public void Fold()
    {
        _kernels.Pad(_stream, _raw.Value(MlstmParameter.Embed), _embed.Value, EmbedColumns);
        _kernels.Pad(_stream, _raw.Value(MlstmParameter.HeadW), Head.Value, HeadColumns);
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            _kernels.Pad(
                _stream,
                _raw.Value(MlstmParameter.B, layer),
                Layers[layer].B.Value,
                GateColumns(1)
            );
            foreach (var matrix in Layers[layer].Matrices)
            {
                matrix.Fold(_stream, _kernels);
            }
        }

        foreach (var (table, matrix) in Tables())
        {
            _products.Compute(
                ProductLayout.NN,
                _embed.Value,
                matrix.Value,
                table.Value,
                (MlstmShape.Tokens, matrix.Columns, _embedding),
                isExact: true
            );
        }
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        _raw.ClearGradients();
        foreach (var matrix in Layers.SelectMany(layer => layer.Matrices))
        {
            matrix.ClearGradient(_stream);
        }

        Array.ForEach([_embed, Xm, Xz, Head], matrix => matrix.ClearGradient(_stream));
    }

    /// <summary>Adds the gradient of a layer's bias: the sums of dz over its rows.</summary>
    public void AddBiasGradient(int layer, DeviceMatrix dz, int rows) =>
        _kernels.AddColumnSums(
            _stream,
            dz,
            _raw.Gradient(MlstmParameter.B, layer),
            GateColumns(rows)
        );

    /// <summary>Adds the gradient of the head's bias.</summary>
    public void AddHeadBiasGradient(DeviceMatrix logits, int rows) =>
        _kernels.AddColumnSums(
            _stream,
            logits,
            _raw.Gradient(MlstmParameter.HeadB),
            HeadColumns with
            {
                Rows = rows,
            }
        );

    /// <summary>Computes the gradients of the raw parameters from all others.</summary>
    public void Unfold()
    {
        AddBiasGradient(0, Xz.Gradient, MlstmShape.Tokens);
        foreach (var (table, matrix) in Tables())
        {
            _products.Compute(
                ProductLayout.TN,
                _embed.Value,
                table.Gradient,
                matrix.Gradient,
                (_embedding, matrix.Columns, MlstmShape.Tokens),
                isExact: true
            );
            _products.Compute(
                ProductLayout.NT,
                table.Gradient,
                matrix.Value,
                _embed.Gradient,
                (MlstmShape.Tokens, _embedding, matrix.Columns),
                adds: true,
                isExact: true
            );
        }

        foreach (var matrix in Layers.SelectMany(layer => layer.Matrices))
        {
            matrix.Unfold(_stream, _kernels);
        }

        _kernels.Unpad(_stream, _embed.Gradient, _raw.Gradient(MlstmParameter.Embed), EmbedColumns);
        _kernels.Unpad(_stream, Head.Gradient, _raw.Gradient(MlstmParameter.HeadW), HeadColumns);
    }

    public void Dispose() => _owned.Dispose();

    private (PaddedMatrix Table, FoldedMatrix Matrix)[] Tables() =>
        [(Xm, Layers[0].Wmx), (Xz, Layers[0].Wx)];
}
