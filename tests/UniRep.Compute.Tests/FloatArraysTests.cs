namespace UniRep.Compute.Tests;

public sealed class FloatArraysTests
{
    private static readonly ushort[] All =
    [
        .. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits),
    ];

    [Fact]
    public void Every_number_of_half_precision_is_converted_exactly()
    {
        var values = new float[All.Length];
        FloatArrays.WidenHalves(All, values);
        var expected = All.Select(bits => (float)BitConverter.UInt16BitsToHalf(bits)).ToArray();
        Assert.Equal(Bits(expected), Bits(values));
    }

    [Fact]
    public void Every_number_of_bfloat16_is_the_upper_half_of_its_float()
    {
        var values = new float[All.Length];
        FloatArrays.WidenBrainHalves(All, values);
        Assert.Equal(
            All.Select(bits => (uint)bits << 16),
            values.Select(BitConverter.SingleToUInt32Bits)
        );
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Finite_numbers_are_counted_up_to_the_first_NaN_or_infinity(float odd)
    {
        foreach (var length in new[] { 0, 1, 7, 64, 67 })
        {
            var values = Enumerable.Repeat(float.MaxValue, length).ToArray();
            Assert.Equal(length, FloatArrays.CountFinite(values));
            for (var at = 0; at < length; at++)
            {
                values[at] = odd;
                Assert.Equal(at, FloatArrays.CountFinite(values));
                values[at] = -float.Epsilon;
            }
        }
    }

    [Fact]
    public void Too_little_room_is_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            FloatArrays.WidenHalves(new ushort[3], new float[2])
        );
        Assert.Throws<ArgumentException>(() =>
            FloatArrays.WidenBrainHalves(new ushort[3], new float[2])
        );
    }

    /// <summary>Gives the bits of each number, with the same bits for every NaN.</summary>
    private static IEnumerable<uint> Bits(float[] values) =>
        values.Select(value =>
            BitConverter.SingleToUInt32Bits(float.IsNaN(value) ? float.NaN : value)
        );
}
