using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// One layer in the form of the forward and the backward pass. In the first layer, the products of x are tabulated per token
/// in panels, [panel][token][64], and so are their gradients.
/// </summary>
internal sealed unsafe class TrainingLayer : IDisposable
{
    private const int Columns = PackedMatrix.Columns;
    private const int Tokens = MlstmShape.Tokens;
    private readonly PackedParameter _bias;
    private readonly AlignedBuffer? _multiplicativeTable;
    private readonly AlignedBuffer? _gateTable;
    private readonly AlignedBuffer? _multiplicativeGradients;
    private readonly AlignedBuffer? _gateGradients;

    public TrainingLayer(ParameterLayout layout, int layer)
    {
        WeightNormMatrix Matrix(MlstmParameter matrix, bool transposes) =>
            new(layout[matrix, layer], layout[matrix.Gain!, layer], transposes);
        ReadsTokens = layer == 0;
        _bias = layout[MlstmParameter.B, layer];
        Wmx = Matrix(MlstmParameter.Wmx, !ReadsTokens);
        Wmh = Matrix(MlstmParameter.Wmh, true);
        Wx = Matrix(MlstmParameter.Wx, !ReadsTokens);
        Wh = Matrix(MlstmParameter.Wh, true);
        if (ReadsTokens)
        {
            _multiplicativeTable = new AlignedBuffer((long)UnitPanels * Tokens * Columns);
            _multiplicativeGradients = new AlignedBuffer(_multiplicativeTable.Length);
            _gateTable = new AlignedBuffer((long)GatePanels * Tokens * Columns);
            _gateGradients = new AlignedBuffer(_gateTable.Length);
        }
    }

    /// <summary>Whether the input is the embedding, not a layer.</summary>
    public bool ReadsTokens { get; }

    public WeightNormMatrix Wmx { get; }

    public WeightNormMatrix Wmh { get; }

    public WeightNormMatrix Wx { get; }

    public WeightNormMatrix Wh { get; }

    public IReadOnlyList<WeightNormMatrix> Matrices => [Wmx, Wmh, Wx, Wh];

    /// <summary>The number of panels of 64 units.</summary>
    public int UnitPanels => Wmh.Panels;

    /// <summary>The number of panels of the gates of 16 units.</summary>
    public int GatePanels => Wh.Panels;

    /// <summary>Gives x · wmx of every token.</summary>
    public float* MultiplicativeTable(int panel) => Table(_multiplicativeTable!, panel);

    /// <summary>Gives x · wx + b of every token.</summary>
    public float* GateTable(int panel) => Table(_gateTable!, panel);

    /// <summary>Gives the gradient of x · wmx of every token.</summary>
    public float* MultiplicativeGradients(int panel) => Table(_multiplicativeGradients!, panel);

    /// <summary>Gives the gradient of x · wx + b of every token, or that of b if the input is a layer.</summary>
    public float* GateGradients(float* gradients, int panel) =>
        ReadsTokens ? Table(_gateGradients!, panel) : _bias.Panel(gradients, panel);

    /// <summary>Gives a panel of b, [64].</summary>
    public float* Bias(float* parameters, int panel) => _bias.Panel(parameters, panel);

    /// <summary>Sets the gradients of the tables to zero.</summary>
    public void ClearGradients()
    {
        _multiplicativeGradients?.Span.Clear();
        _gateGradients?.Span.Clear();
    }

    /// <summary>Tabulates the products of the embedding, [token][width].</summary>
    public void Tabulate(float* parameters, float* embed, int width)
    {
        for (var panel = 0; panel < UnitPanels; panel++)
        {
            Tabulate(embed, width, Wmx.Panel(panel), null, MultiplicativeTable(panel));
        }

        for (var panel = 0; panel < GatePanels; panel++)
        {
            Tabulate(embed, width, Wx.Panel(panel), Bias(parameters, panel), GateTable(panel));
        }
    }

    /// <summary>Computes the gradients of wmx, wx and b from those of the tables.</summary>
    public void ComputeTableGradients(float* gradients, float* embed, int width)
    {
        for (var panel = 0; panel < UnitPanels; panel++)
        {
            WeightGradient(
                embed,
                width,
                MultiplicativeGradients(panel),
                Wmx.Gradient(gradients, panel),
                null
            );
        }

        for (var panel = 0; panel < GatePanels; panel++)
        {
            WeightGradient(
                embed,
                width,
                GateGradients(gradients, panel),
                Wx.Gradient(gradients, panel),
                _bias.Panel(gradients, panel)
            );
        }
    }

    /// <summary>Computes the gradient of one number of the embedding.</summary>
    public double EmbeddingGradient(float* gradients, int token, int entry)
    {
        var sum = 0.0;
        for (var panel = 0; panel < UnitPanels; panel++)
        {
            sum += Dot(MultiplicativeGradients(panel), token, Wmx.Panel(panel), entry);
        }

        for (var panel = 0; panel < GatePanels; panel++)
        {
            sum += Dot(GateGradients(gradients, panel), token, Wx.Panel(panel), entry);
        }

        return sum;
    }

    public void Dispose()
    {
        foreach (var matrix in Matrices)
        {
            matrix.Dispose();
        }

        _multiplicativeTable?.Dispose();
        _gateTable?.Dispose();
        _multiplicativeGradients?.Dispose();
        _gateGradients?.Dispose();
    }

    private static float* Table(AlignedBuffer buffer, int panel) =>
        buffer.Pointer + (long)panel * Tokens * Columns;

    private static void Tabulate(float* embed, int width, float* w, float* bias, float* table)
    {
        for (var at = 0; at < Tokens * Columns; at++)
        {
            var (token, column) = (at / Columns, at % Columns);
            double sum = bias is null ? 0 : bias[column];
            for (var k = 0; k < width; k++)
            {
                sum += (double)embed[token * width + k] * w[k * Columns + column];
            }

            table[at] = (float)sum;
        }
    }

    private static void WeightGradient(float* embed, int width, float* table, float* dw, float* db)
    {
        for (var at = 0; at < width * Columns; at++)
        {
            var (k, column) = (at / Columns, at % Columns);
            var sum = 0.0;
            for (var token = 0; token < Tokens; token++)
            {
                sum += (double)embed[token * width + k] * table[token * Columns + column];
            }

            dw[at] = (float)sum;
        }

        for (var column = 0; db is not null && column < Columns; column++)
        {
            var sum = 0.0;
            for (var token = 0; token < Tokens; token++)
            {
                sum += table[token * Columns + column];
            }

            db[column] = (float)sum;
        }
    }

    private static double Dot(float* table, int token, float* w, int entry)
    {
        var sum = 0.0;
        for (var column = 0; column < Columns; column++)
        {
            sum += (double)table[token * Columns + column] * w[entry * Columns + column];
        }

        return sum;
    }
}
