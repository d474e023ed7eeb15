using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Simd;

/// <summary>
/// The inner loops of one instruction set. Tiles are [rows][64] floats. In all of them a row's result depends on that
/// row alone, to the last bit.
/// </summary>
internal abstract unsafe class Kernels
{
    /// <summary>Every instruction set that this machine has, the plainest first.</summary>
    public static IReadOnlyList<Kernels> All { get; } = [.. Supported()];

    public abstract InstructionSet InstructionSet { get; }

    /// <summary>The kernels of an instruction set; of the best if none is named.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks it.</exception>
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

    /// <summary>Fills a tile with zeros.</summary>
    public abstract void Clear(float* tile, int rows);

    /// <summary>Fills each row of a tile with one of the rows of a table, [rows][64].</summary>
    public abstract void CopyRows(float* table, ReadOnlySpan<int> choice, float* tile);

    /// <summary>Asks for the rows of a table that will be wanted.</summary>
    public abstract void PrefetchRows(float* table, ReadOnlySpan<int> choice);

    /// <summary>What training needs besides.</summary>
    public abstract TrainingKernels Training { get; }

    /// <summary>Matrix products in a precision, by emitted kernels where that is allowed and there are any.</summary>
    public abstract Product ProductOf(Precision precision, bool mayEmit = true);

    /// <summary>m = tile ⊙ x, row by row; x is one of the rows of a table, [rows][64], for each.</summary>
    public abstract void MultiplyRows(
        float* tile,
        float* table,
        ReadOnlySpan<int> choice,
        float* m,
        nint stride
    );

    /// <summary>
    /// The gates of 16 units of every row: reads i, f, o, u from the tile, updates c, writes h, and adds h to a
    /// compensated running sum where one is kept.
    /// </summary>
    public abstract void Gates(float* tile, int rows, in GateTargets targets);

    /// <summary>Asks for what the gates of 16 units will read and write.</summary>
    public abstract void PrefetchTargets(int rows, in GateTargets targets);

    /// <summary>Runs dependent-free multiply-adds in registers and gives the number of floating-point operations.</summary>
    public abstract long RunMultiplyAdds(int rounds);

    /// <summary>Reads floats and gives their sum; a count that is a multiple of 256.</summary>
    public abstract float SumFloats(float* source, long count);

    private static IEnumerable<Kernels> Supported()
    {
        yield return new Kernels<Simd128<SeparateMultiplyAdd>, Vector128<float>>(
            InstructionSet.Portable
        );
        if (Vector128.IsHardwareAccelerated && (Fma.IsSupported || AdvSimd.IsSupported))
        {
            yield return new Kernels<Simd128<FusedMultiplyAdd>, Vector128<float>>(
                InstructionSet.Fma128
            );
        }

        if (Vector256.IsHardwareAccelerated && Avx2.IsSupported && Fma.IsSupported)
        {
            yield return new Kernels<Simd256, Vector256<float>>(InstructionSet.Avx2);
        }

        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            yield return new Kernels<Simd512, Vector512<float>>(InstructionSet.Avx512);
        }
    }
}

/// <summary>Where the gates of 16 units write, each from the first row; rows lie a stride apart.</summary>
internal readonly unsafe struct GateTargets
{
    public float* H { get; init; }

    public float* C { get; init; }

    /// <summary>The running sum of h and its compensation, or null.</summary>
    public float* Sum { get; init; }

    /// <inheritdoc cref="Sum"/>
    public float* Compensation { get; init; }

    public nint Stride { get; init; }
}
