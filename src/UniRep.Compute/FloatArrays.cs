using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UniRep.Compute;

/// <summary>Fast checks and conversions of the numbers of weight files.</summary>
public static class FloatArrays
{
    /// <summary>Counts the finite numbers before the first NaN or infinity.</summary>
    /// <param name="values">The numbers.</param>
    /// <returns>The index of the first infinity or NaN, or the length if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int CountFinite(ReadOnlySpan<float> values)
    {
        var exponent = new Vector<int>(0x7F80_0000);
        var vectors = MemoryMarshal.Cast<float, Vector<int>>(values);
        var finite = 0;
        while (finite < vectors.Length && !Vector.EqualsAny(vectors[finite] & exponent, exponent))
        {
            finite++;
        }

        var count = finite * Vector<int>.Count;
        while (count < values.Length && float.IsFinite(values[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Converts numbers of half precision (IEEE 754 binary16) to float32, exactly.</summary>
    /// <param name="halves">The bits of each number.</param>
    /// <param name="values">The result, of at least the same length.</param>
    /// <exception cref="ArgumentException">The result is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenHalves(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        Throw.IfShorter(values.Length, halves.Length, nameof(values));
        var vectors = MemoryMarshal.Cast<ushort, Vector<ushort>>(halves);
        var targets = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var at = 0; at < vectors.Length; at++)
        {
            Vector.Widen(vectors[at], out var low, out var high);
            targets[2 * at] = OfHalf(low);
            targets[2 * at + 1] = OfHalf(high);
        }

        for (var at = vectors.Length * Vector<ushort>.Count; at < halves.Length; at++)
        {
            values[at] = (float)BitConverter.UInt16BitsToHalf(halves[at]);
        }
    }

    /// <summary>Converts numbers of bfloat16 (the upper half of a float32) to float32, exactly.</summary>
    /// <param name="halves">The bits of each number.</param>
    /// <param name="values">The result, of at least the same length.</param>
    /// <exception cref="ArgumentException">The result is too short.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenBrainHalves(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        Throw.IfShorter(values.Length, halves.Length, nameof(values));
        for (var at = 0; at < halves.Length; at++)
        {
            values[at] = BitConverter.UInt32BitsToSingle((uint)halves[at] << 16);
        }
    }

    /// <summary>
    /// Moves exponent and fraction to their places in float32, and corrects the bias of the exponent by a product. The
    /// product is exact for subnormal numbers too. Infinities and NaN keep the largest exponent.
    /// </summary>
    private static Vector<float> OfHalf(Vector<uint> bits)
    {
        var magnitude = Vector.ShiftLeft(bits & new Vector<uint>(0x7FFF), 13);
        var unbiased =
            Vector.AsVectorSingle(magnitude)
            * new Vector<float>(BitConverter.UInt32BitsToSingle((127 + 112) << 23));
        var special = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x0F80_0000));
        var sign = Vector.ShiftLeft(bits & new Vector<uint>(0x8000), 16);
        return Vector.AsVectorSingle(
            Vector.AsVectorUInt32(unbiased) | special & new Vector<uint>(0x7F80_0000) | sign
        );
    }
}
