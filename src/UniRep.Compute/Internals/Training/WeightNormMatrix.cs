using System.Numerics;
using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// A matrix under weight normalisation, w[:, j] = g[j] · v[:, j] / |v[:, j]|. It is folded for the forward pass and transposed
/// for the backward pass. The gradients of v and g are computed from that of w.
/// </summary>
internal sealed unsafe class WeightNormMatrix : IDisposable
{
    private const int Columns = PackedMatrix.Columns;

    /// <summary>From this inverse norm on, max(Σ v², 1e-12) is the constant, and the norm does not depend on v.</summary>
    private const float LargestInverse = 999_999f;

    private readonly PackedParameter _v;
    private readonly PackedParameter _g;
    private readonly AlignedBuffer _folded;
    private readonly AlignedBuffer? _transposed;
    private readonly AlignedBuffer _inverseNorms;

    /// <param name="v">The place of v.</param>
    /// <param name="g">The place of the gains.</param>
    /// <param name="transposes">Whether the backward pass needs the transposed matrix.</param>
    public WeightNormMatrix(PackedParameter v, PackedParameter g, bool transposes)
    {
        (_v, _g) = (v, g);
        _folded = new AlignedBuffer(v.Length);
        _inverseNorms = new AlignedBuffer((long)Panels * Columns);
        TransposedPanels = (Rows + Columns - 1) / Columns;
        _transposed = transposes
            ? new AlignedBuffer((long)TransposedPanels * Columns * Panels * Columns)
            : null;
    }

    public int Rows => _v.Rows;

    public int Panels => _v.Panels;

    /// <summary>The number of panels of the transposed matrix.</summary>
    public int TransposedPanels { get; }

    /// <summary>Gives a panel of w, [Rows][64].</summary>
    public float* Panel(int panel) => _folded.Pointer + (long)panel * Rows * Columns;

    /// <summary>Gives a panel of wᵀ, [64 · Panels][64].</summary>
    public float* TransposedPanel(int panel) =>
        _transposed!.Pointer + (long)panel * Panels * Columns * Columns;

    /// <summary>Gives a panel of the gradient in a flat buffer.</summary>
    public float* Gradient(float* gradients, int panel) => _v.Panel(gradients, panel);

    /// <summary>Computes a panel of w from the parameters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fold(float* parameters, int panel)
    {
        var v = _v.Panel(parameters, panel);
        var g = _g.Panel(parameters, panel);
        var inverse = _inverseNorms.Pointer + panel * Columns;
        var scale = stackalloc float[Columns];
        for (var column = 0; column < Columns; column += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            for (var row = 0; row < Rows; row++)
            {
                Vector.Widen(Vector.Load(v + row * Columns + column), out var a, out var b);
                low += a * a;
                high += b * b;
            }

            var least = Vector.Create(1e-12);
            var norms = Vector.Narrow(
                Vector<double>.One / Vector.SquareRoot(Vector.Max(low, least)),
                Vector<double>.One / Vector.SquareRoot(Vector.Max(high, least))
            );
            norms.Store(inverse + column);
            (norms * Vector.Load(g + column)).Store(scale + column);
        }

        var w = Panel(panel);
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column += Vector<float>.Count)
            {
                var at = row * Columns + column;
                (Vector.Load(v + at) * Vector.Load(scale + column)).Store(w + at);
            }
        }

        if (_transposed is not null)
        {
            Transpose(w, panel);
        }
    }

    /// <summary>
    /// Computes the gradients of v and g from a panel of dw: dg = Σ dw · v / |v|, dv = g / |v| · (dw − dg · v / |v|). dv
    /// overwrites dw.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Unfold(float* parameters, float* gradients, int panel)
    {
        var v = _v.Panel(parameters, panel);
        var g = _g.Panel(parameters, panel);
        var dw = _v.Panel(gradients, panel);
        var dg = _g.Panel(gradients, panel);
        var inverse = _inverseNorms.Pointer + panel * Columns;
        for (var column = 0; column < Columns; column += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            for (var row = 0; row < Rows; row++)
            {
                var at = row * Columns + column;
                Vector.Widen(Vector.Load(v + at), out var a, out var b);
                Vector.Widen(Vector.Load(dw + at), out var c, out var d);
                low += a * c;
                high += b * d;
            }

            var norms = Vector.Load(inverse + column);
            var gain = Vector.Narrow(low, high) * norms;
            gain.Store(dg + column);
            var scale = Vector.Load(g + column) * norms;
            var along = Vector.ConditionalSelect(
                Vector.LessThan(norms, Vector.Create(LargestInverse)),
                gain * norms,
                Vector<float>.Zero
            );
            for (var row = 0; row < Rows; row++)
            {
                var at = row * Columns + column;
                (scale * (Vector.Load(dw + at) - along * Vector.Load(v + at))).Store(dw + at);
            }
        }
    }

    public void Dispose()
    {
        _folded.Dispose();
        _transposed?.Dispose();
        _inverseNorms.Dispose();
    }

    private void Transpose(float* w, int panel)
    {
        for (var to = 0; to < TransposedPanels; to++)
        {
            var rows = Math.Min(Columns, Rows - to * Columns);
            Transposition.Block(
                w + (long)to * Columns * Columns,
                Columns,
                rows,
                Columns,
                TransposedPanel(to) + (long)panel * Columns * Columns,
                Columns
            );
        }
    }
}
