using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Simd;

/// <summary>
/// The inner loops of one instruction set. Tiles are [rows][64] floats. The result of a row depends on that row only, to
/// the last bit.
/// </summary>
internal abstract unsafe class Kernels
{
    /// <summary>Gets the kernels of every instruction set of this machine, the slowest first.</summary>
    public static IReadOnlyList<Kernels> All { get; } = [.. Supported()];

    public abstract InstructionSet InstructionSet { get; }

    /// <summary>Gives the kernels of an instruction set; null for the best.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine does not have it.</exception>
    public static Kernels Of(InstructionSet? set)
    {
        if (set is not { } named)
        {
            return All[^1];
        }

        Throw.IfUndefined(named, nameof(InstructionSet));
        return All.FirstOrDefault(kernels => kernels.InstructionSet == named)
            ?? throw new PlatformNotSupportedException($"This machine has no {named}.");
    }

    /// <summary>
    /// Gives the number of columns that packed weights of a number of rows hold together. A slice of a whole panel uses one cache line in four, and with
    /// it a quarter of the sets of the first-level cache, and its lines do not follow one another in memory. So kernels of narrow
    /// vectors read strips of consecutive lines. A panel of few rows fits into that cache as it is, and needs fewer calls.
    /// </summary>
    public abstract int StripColumns(int depth);

    /// <summary>Fills a tile with zeros.</summary>
    public abstract void Clear(float* tile, int rows);

    /// <summary>Copies rows of a table, [rows][64], into the rows of a tile.</summary>
    public abstract void CopyRows(float* table, ReadOnlySpan<int> choice, float* tile);

    /// <summary>Prefetches rows of a table.</summary>
    public abstract void PrefetchRows(float* table, ReadOnlySpan<int> choice);

    /// <summary>Gets the kernels of training.</summary>
    public abstract TrainingKernels Training { get; }

    /// <summary>Gives the matrix products of a precision. They use emitted kernels if that is allowed and there are any.</summary>
    public abstract Product ProductOf(Precision precision, bool mayEmit = true);

    /// <summary>Computes m = tile ⊙ x, row by row. x of each row is a row of a table, [rows][64].</summary>
    public abstract void MultiplyRows(
        float* tile,
        float* table,
        ReadOnlySpan<int> choice,
        float* m,
        nint stride
    );

    /// <summary>
    /// Computes the gates of 16 units of every row: reads i, f, o, u from the tile, updates c, writes h, and adds h to a
    /// compensated running sum if there is one.
    /// </summary>
    public abstract void Gates(float* tile, int rows, in GateTargets targets);

    /// <summary>Prefetches the memory of the gates of 16 units.</summary>
    public abstract void PrefetchTargets(int rows, in GateTargets targets);

    /// <summary>Runs independent multiply-adds in registers, and gives the number of floating-point operations.</summary>
    public abstract long RunMultiplyAdds(int rounds);

    /// <summary>Sums floats. The count must be a multiple of 256.</summary>
    public abstract float SumFloats(float* source, long count);

    private static IEnumerable<Kernels> Supported()
    {
        yield return new SimdKernels<Simd128<SeparateMultiplyAdd>, Vector128<float>>(
            InstructionSet.Portable
        );
        if (Vector128.IsHardwareAccelerated && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            yield return new SimdKernels<Simd128<FusedMultiplyAdd>, Vector128<float>>(
                InstructionSet.Fma128
            );
        }

        if (Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported)
        {
            yield return new SimdKernels<Simd256, Vector256<float>>(InstructionSet.Avx2);
        }

        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            yield return new SimdKernels<Simd512, Vector512<float>>(InstructionSet.Avx512);
        }
    }
}

/// <summary>The places where the gates of 16 units write in the first row.</summary>
internal readonly unsafe struct GateTargets
{
    public float* H { get; init; }

    public float* C { get; init; }

    /// <summary>The running sum of h and its compensation, or null.</summary>
    public float* Sum { get; init; }

    /// <inheritdoc cref="Sum"/>
    public float* Compensation { get; init; }

    /// <summary>The number of floats from one row to the next.</summary>
    public nint Stride { get; init; }
}
