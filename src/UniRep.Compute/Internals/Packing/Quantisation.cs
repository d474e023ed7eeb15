using System.Runtime.CompilerServices;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Packing;

/// <summary>Converts rows of floats to integers with a scale for each row. The largest number becomes the largest integer.</summary>
internal static unsafe class Quantisation
{
    /// <summary>The largest integer of a row of 16 bits. The rest of 32 bits is for the weights and the sum.</summary>
    public const int ShortLimit = 4095;

    /// <summary>The largest integer of a row of 8 bits.</summary>
    public const int ByteLimit = 127;

    /// <summary>The offset that is added to integers of 8 bits, so that none is negative.</summary>
    public const int ByteOffset = 128;

    /// <summary>The number of floats that are converted at once. Rows are padded to a multiple.</summary>
    private const int Block = 64;

    /// <summary>Writes a row as integers of 16 bits, and gives its scale; NaN if a number of the row is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ToShorts<TSimd, TVector>(float* row, int length, short* target)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var largest = Largest<TSimd, TVector>(row, length);
        var factor = TSimd.Broadcast(Factor(largest, ShortLimit));
        for (var k = 0; k < length; k += 2 * TSimd.Width)
        {
            TSimd.StoreShorts(
                TSimd.Multiply(TSimd.Load(row + k), factor),
                TSimd.Multiply(TSimd.Load(row + k + TSimd.Width), factor),
                target + k
            );
        }

        return largest / ShortLimit;
    }

    /// <summary>Writes a row as unsigned integers of 8 bits, and gives its scale; NaN if a number of the row is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float ToBytes<TSimd, TVector>(float* row, int length, byte* target)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var largest = Largest<TSimd, TVector>(row, length);
        var factor = TSimd.Broadcast(Factor(largest, ByteLimit));
        var offset = TSimd.Broadcast(ByteOffset);
        for (var k = 0; k < length; k += 4 * TSimd.Width)
        {
            TSimd.StoreBytes(
                TSimd.MultiplyAdd(TSimd.Load(row + k), factor, offset),
                TSimd.MultiplyAdd(TSimd.Load(row + k + TSimd.Width), factor, offset),
                TSimd.MultiplyAdd(TSimd.Load(row + k + 2 * TSimd.Width), factor, offset),
                TSimd.MultiplyAdd(TSimd.Load(row + k + 3 * TSimd.Width), factor, offset),
                target + k
            );
        }

        return largest / ByteLimit;
    }

    /// <summary>Rounds a length up to whole blocks.</summary>
    public static int WholeBlocks(int length) => (length + Block - 1) / Block * Block;

    /// <summary>Gives the largest magnitude; NaN if a number is not finite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest<TSimd, TVector>(float* row, int length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        var largest = TSimd.Zero;
        var nothing = TSimd.Zero;
        for (var k = 0; k < length; k += TSimd.Width)
        {
            var x = TSimd.Load(row + k);
            largest = TSimd.Max(largest, TSimd.Abs(x));
            nothing = TSimd.MultiplyAdd(x, TSimd.Zero, nothing);
        }

        var parts = stackalloc float[TSimd.Width];
        TSimd.Store(TSimd.Add(largest, nothing), parts);
        var result = 0f;
        for (var part = 0; part < TSimd.Width; part++)
        {
            // Math.Max gives NaN if one number is NaN.
            result = Math.Max(result, parts[part]);
        }

        return result;
    }

    private static float Factor(float largest, int limit) => largest > 0 ? limit / largest : 0;
}
