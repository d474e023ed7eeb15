using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

public sealed class BFloat16BitsTests
{
    [Theory]
    [InlineData(0x3F800000u, 0x3F80)] // 1
    [InlineData(0x3F807FFFu, 0x3F80)] // just below the middle: down
    [InlineData(0x3F808000u, 0x3F80)] // the middle: to even, down
    [InlineData(0x3F818000u, 0x3F82)] // the middle: to even, up
    [InlineData(0x3F808001u, 0x3F81)] // just above the middle: up
    [InlineData(0xBF818000u, 0xBF82)] // negative
    [InlineData(0x3FFFFFFFu, 0x4000)] // up to the next power of two
    [InlineData(0x80000000u, 0x8000)] // -0
    [InlineData(0x00018000u, 0x0002)] // a subnormal number
    [InlineData(0x7F7FFFFFu, 0x7F80)] // the largest: to infinity
    [InlineData(0x7FC00001u, 0x7FFF)] // NaN
    [InlineData(0xFFFFFFFFu, 0x7FFF)] // NaN whose upper half is the mark of the latency kernel
    public void Rounds_to_the_nearest_and_ties_to_even(uint single, ushort expected) =>
        Assert.Equal(expected, BFloat16Bits.Of(BitConverter.UInt32BitsToSingle(single)));

    [Fact]
    public void High_and_low_part_together_have_16_bits()
    {
        var random = new Random(2);
        for (var trial = 0; trial < 1000; trial++)
        {
            var value = (random.NextSingle() - 0.5f) * 4;
            var high = BFloat16Bits.Of(value);
            var low = BFloat16Bits.RestOf(value, high);
            var sum = (double)BFloat16Bits.ToSingle(high) + BFloat16Bits.ToSingle(low);
            Assert.True(Math.Abs(sum - value) <= Math.Abs(value) / (1 << 17), $"{value} {sum}");
        }
    }
}
