namespace UniRep.Compute.Internals.Cuda;

/// <summary>The upper half of a float32, rounded to the nearest and in a tie to the even one.</summary>
internal static class BFloat16Bits
{
    /// <summary>What the conversion of a GPU makes of NaN.</summary>
    private const ushort NaN = 0x7FFF;

    /// <summary>Rounds a number.</summary>
    public static ushort Of(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? NaN : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Rounds what is left of a number after <see cref="Of"/>.</summary>
    public static ushort RestOf(float value, ushort high) => Of(value - ToSingle(high));

    /// <summary>Gives the number.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
