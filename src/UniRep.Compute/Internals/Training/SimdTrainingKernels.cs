using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>The kernels of training, compiled for one instruction set.</summary>
internal sealed unsafe class SimdTrainingKernels<TSimd, TVector> : TrainingKernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Columns = PackedMatrix.Columns;

    public override void MultiplyAdd(
        float* a,
        nint stride,
        int rows,
        float* panel,
        int depth,
        float* tile,
        float* next
    ) =>
        PanelProduct<TSimd, Floats<TSimd, TVector>, TVector>.Multiply(
            a,
            stride,
            rows,
            panel,
            Columns,
            depth,
            tile,
            next
        );

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiplicative(
        float* tile,
        float* table,
        nint tableStride,
        ReadOnlySpan<int> choice,
        float* hm,
        float* m,
        nint stride
    )
    {
        foreach (var row in choice)
        {
            var x = table + row * tableStride;
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                var product = TSimd.Load(tile + j);
                TSimd.Store(product, hm + j);
                TSimd.Store(TSimd.Multiply(product, TSimd.Load(x + j)), m + j);
            }

            tile += Columns;
            hm += stride;
            m += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gates(float* tile, int rows, in GateRows at)
    {
        for (var row = 0; row < rows; row++)
        {
            var z = tile + row * Columns;
            var gates = at.Gates + row * at.GateStride;
            var state = row * at.Stride;
            for (var unit = 0; unit < PackedLayer.UnitsPerPanel; unit += TSimd.Width)
            {
                var i = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(z + unit));
                var f = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(z + 16 + unit));
                var o = Activations<TSimd, TVector>.Sigmoid(TSimd.Load(z + 32 + unit));
                var u = Activations<TSimd, TVector>.Tanh(TSimd.Load(z + 48 + unit));
                var c = TSimd.MultiplyAdd(
                    f,
                    TSimd.Load(at.Before + state + unit),
                    TSimd.Multiply(i, u)
                );
                TSimd.Store(i, gates + unit);
                TSimd.Store(f, gates + 16 + unit);
                TSimd.Store(o, gates + 32 + unit);
                TSimd.Store(u, gates + 48 + unit);
                TSimd.Store(c, at.C + state + unit);
                TSimd.Store(
                    TSimd.Multiply(o, Activations<TSimd, TVector>.Tanh(c)),
                    at.H + state + unit
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GateGradients(int rows, in GateRows at, in GateGradientRows gradients)
    {
        var one = TSimd.Broadcast(1f);
        for (var row = 0; row < rows; row++)
        {
            var gates = at.Gates + row * at.GateStride;
            var state = row * at.Stride;
            var carried = row * gradients.Stride;
            var above = row * gradients.AboveStride;
            for (var unit = 0; unit < PackedLayer.UnitsPerPanel; unit += TSimd.Width)
            {
                var i = TSimd.Load(gates + unit);
                var f = TSimd.Load(gates + 16 + unit);
                var o = TSimd.Load(gates + 32 + unit);
                var u = TSimd.Load(gates + 48 + unit);
                var tanh = Activations<TSimd, TVector>.Tanh(TSimd.Load(at.C + state + unit));
                var dh = TSimd.Add(
                    TSimd.Load(gradients.H + carried + unit),
                    TSimd.Load(gradients.Above + above + unit)
                );
                var dc = TSimd.MultiplyAdd(
                    TSimd.Multiply(dh, o),
                    TSimd.Subtract(one, TSimd.Multiply(tanh, tanh)),
                    TSimd.Load(gradients.C + carried + unit)
                );
                TSimd.Store(TSimd.Multiply(dc, f), gradients.C + carried + unit);
                TSimd.Store(LogisticGradient(TSimd.Multiply(dc, u), i, one), gates + unit);
                TSimd.Store(
                    LogisticGradient(
                        TSimd.Multiply(dc, TSimd.Load(at.Before + state + unit)),
                        f,
                        one
                    ),
                    gates + 16 + unit
                );
                TSimd.Store(LogisticGradient(TSimd.Multiply(dh, tanh), o, one), gates + 32 + unit);
                TSimd.Store(
                    TSimd.Multiply(
                        TSimd.Multiply(dc, i),
                        TSimd.Subtract(one, TSimd.Multiply(u, u))
                    ),
                    gates + 48 + unit
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplicativeGradients(
        float* tile,
        float* table,
        nint tableStride,
        ReadOnlySpan<int> choice,
        float* hm,
        float* dhm,
        nint stride
    )
    {
        foreach (var row in choice)
        {
            var x = table + row * tableStride;
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                var dm = TSimd.Load(tile + j);
                TSimd.Store(TSimd.Multiply(dm, TSimd.Load(x + j)), dhm + j);
                TSimd.Store(TSimd.Multiply(dm, TSimd.Load(hm + j)), hm + j);
            }

            tile += Columns;
            hm += stride;
            dhm += stride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Store(float* tile, int rows, float* target, nint stride)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                TSimd.Store(TSimd.Load(tile + row * Columns + j), target + row * stride + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Load(float* table, nint stride, ReadOnlySpan<int> choice, float* tile)
    {
        foreach (var row in choice)
        {
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                TSimd.Store(TSimd.Load(table + row * stride + j), tile + j);
            }

            tile += Columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gather(
        float* source,
        nint stride,
        ReadOnlySpan<int> choice,
        float* target,
        float* sums
    )
    {
        foreach (var row in choice)
        {
            var sum = sums + row * Columns;
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                var value = TSimd.Load(source + j);
                TSimd.Store(value, target + j);
                TSimd.Store(TSimd.Add(TSimd.Load(sum + j), value), sum + j);
            }

            source += stride;
            target += Columns;
        }
    }

    /// <summary>Gives the gradient before a logistic function: d · s · (1 − s).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogisticGradient(TVector d, TVector s, TVector one) =>
        TSimd.Multiply(d, TSimd.Multiply(s, TSimd.Subtract(one, s)));
}
