using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Products.Emission;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Simd;

/// <summary>The inner loops compiled for one instruction set.</summary>
internal sealed unsafe class SimdKernels<TSimd, TVector>(InstructionSet set) : Kernels
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Columns = PackedMatrix.Columns;
    private const int FloatsPerLine = 16;
    private const int ShallowestStrip = 128;

    public override InstructionSet InstructionSet => set;

    // A kernel of AVX-512 reads a whole panel.
    public override int StripColumns(int depth) =>
        TSimd.Width < 16 && depth >= ShallowestStrip ? FloatsPerLine : Columns;

    public override void Clear(float* tile, int rows) =>
        new Span<float>(tile, rows * Columns).Clear();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void CopyRows(float* table, ReadOnlySpan<int> choice, float* tile)
    {
        foreach (var row in choice)
        {
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                TSimd.Store(TSimd.Load(table + row * Columns + j), tile + j);
            }

            tile += Columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PrefetchRows(float* table, ReadOnlySpan<int> choice)
    {
        foreach (var row in choice)
        {
            for (var j = 0; j < Columns; j += FloatsPerLine)
            {
                TSimd.Prefetch(table + row * Columns + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void MultiplyRows(
        float* tile,
        float* table,
        ReadOnlySpan<int> choice,
        float* m,
        nint stride
    )
    {
        foreach (var row in choice)
        {
            var x = table + row * Columns;
            for (var j = 0; j < Columns; j += TSimd.Width)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(tile + j), TSimd.Load(x + j)), m + j);
            }

            tile += Columns;
            m += stride;
        }
    }

    public override TrainingKernels Training { get; } = new SimdTrainingKernels<TSimd, TVector>();

    public override Product ProductOf(Precision precision, bool mayEmit) =>
        precision switch
        {
            Precision.Exact => new ExactProduct<TSimd, TVector>(),
            Precision.Int16Weights => Scaled<WidenedShorts<TSimd, TVector>>(precision, mayEmit),
            Precision.Int16 => Scaled<ShortPairs<TSimd, TVector>>(precision, mayEmit),
            _ => Scaled<ByteQuads<TSimd, TVector>>(precision, mayEmit),
        };

    // Two passes: a processor overlaps more of short chains of operations.
    public override void Gates(float* tile, int rows, in GateTargets targets)
    {
        UpdateCells(tile, rows, targets);
        UpdateHidden(tile, rows, targets);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PrefetchTargets(int rows, in GateTargets targets)
    {
        for (var row = 0; row < rows; row++)
        {
            var at = row * targets.Stride;
            TSimd.Prefetch(targets.C + at);
            TSimd.Prefetch(targets.H + at);
            if (targets.Sum is not null)
            {
                TSimd.Prefetch(targets.Sum + at);
                TSimd.Prefetch(targets.Compensation + at);
            }
        }
    }

    public override long RunMultiplyAdds(int rounds) =>
        PeakLoops<TSimd, TVector>.RunMultiplyAdds(rounds);

    public override float SumFloats(float* source, long count) =>
        PeakLoops<TSimd, TVector>.SumFloats(source, count);

    /// <summary>c = σ(f) ⊙ c + σ(i) ⊙ tanh(u). A quotient times a quotient takes one division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateCells(float* tile, int rows, in GateTargets targets)
    {
        for (var row = 0; row < rows; row++)
        {
            var z = tile + row * Columns;
            var cell = targets.C + row * targets.Stride;
            for (var unit = 0; unit < PackedLayer.UnitsPerPanel; unit += TSimd.Width)
            {
                var (u, uDenominator) = Activations<TSimd, TVector>.TanhQuotient(
                    TSimd.Load(z + 48 + unit)
                );
                var iDenominator = Activations<TSimd, TVector>.SigmoidDenominator(
                    TSimd.Load(z + unit)
                );
                var fDenominator = Activations<TSimd, TVector>.SigmoidDenominator(
                    TSimd.Load(z + 16 + unit)
                );
                var c = TSimd.Add(
                    TSimd.Divide(TSimd.Load(cell + unit), fDenominator),
                    TSimd.Divide(u, TSimd.Multiply(iDenominator, uDenominator))
                );
                TSimd.Store(c, cell + unit);
            }
        }
    }

    /// <summary>h = σ(o) ⊙ tanh(c), and its sum if that is kept.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UpdateHidden(float* tile, int rows, in GateTargets targets)
    {
        for (var row = 0; row < rows; row++)
        {
            var z = tile + row * Columns;
            var at = row * targets.Stride;
            for (var unit = 0; unit < PackedLayer.UnitsPerPanel; unit += TSimd.Width)
            {
                var oDenominator = Activations<TSimd, TVector>.SigmoidDenominator(
                    TSimd.Load(z + 32 + unit)
                );
                var (tanh, tanhDenominator) = Activations<TSimd, TVector>.TanhQuotient(
                    TSimd.Load(targets.C + at + unit)
                );
                var h = TSimd.Divide(tanh, TSimd.Multiply(oDenominator, tanhDenominator));
                TSimd.Store(h, targets.H + at + unit);
                if (targets.Sum is not null)
                {
                    Accumulate(h, targets.Sum + at + unit, targets.Compensation + at + unit);
                }
            }
        }
    }

    /// <summary>Adds by Kahan summation. The compensation holds the rounding error of the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(TVector value, float* sum, float* compensation)
    {
        var before = TSimd.Load(sum);
        var term = TSimd.Subtract(value, TSimd.Load(compensation));
        var after = TSimd.Add(before, term);
        TSimd.Store(after, sum);
        TSimd.Store(TSimd.Subtract(TSimd.Subtract(after, before), term), compensation);
    }

    private ScaledProduct<TSimd, TForm, TVector> Scaled<TForm>(Precision precision, bool mayEmit)
        where TForm : struct, IWeightForm<TVector> =>
        new(
            precision,
            mayEmit && set == InstructionSet.Avx512 ? EmittedKernels.Of(precision) : null
        );
}
