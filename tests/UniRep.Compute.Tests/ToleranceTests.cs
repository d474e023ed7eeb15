using Xunit.Sdk;

namespace UniRep.Compute.Tests;

/// <summary>The comparisons of the numeric tests fail for every difference above the tolerance.</summary>
public sealed class ToleranceTests
{
    private static readonly float[] Sample = [0.5f, -2, 0, 1];

    /// <summary>Every comparison of arrays, with a tolerance that accepts finite differences below 1.</summary>
    private static readonly Action<float[], float[]>[] Comparisons =
    [
        (expected, actual) => Tolerance.AssertClose(expected, actual, 1),
        (expected, actual) => Tolerance.AssertWithin(expected, actual, 1),
        (expected, actual) => Tolerance.AssertCloseToLargest(expected, actual, 1),
        Tolerance.AssertSameBits,
    ];

    [Fact]
    public void Numbers_are_close_to_themselves() =>
        Assert.All(Comparisons, compare => compare(Sample, Sample));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void NaN_and_infinity_fail_on_either_side_and_on_both_at_every_position(float value)
    {
        foreach (var compare in Comparisons)
        {
            for (var index = 0; index < Sample.Length; index++)
            {
                var changed = (float[])Sample.Clone();
                changed[index] = value;
                Failure(() => compare(Sample, changed));
                Failure(() => compare(changed, Sample));
                Failure(() => compare(changed, changed));
            }
        }

        Failure(() => Tolerance.AssertNear(value, value, 1));
        Failure(() => Tolerance.AssertNear(0, value, 1));
    }

    [Fact]
    public void The_worst_entry_is_named_with_both_numbers()
    {
        Assert.Equal(
            "entry 1 is 4, 2 expected: off by 1E+03 times what is allowed",
            Failure(() => Tolerance.AssertClose((double[])[1, 2, 3], (float[])[1.1f, 4, 3], 1e-3))
        );
        Assert.StartsWith(
            "entry 2 is NaN, 3 expected",
            Failure(() =>
                Tolerance.AssertClose((double[])[1, 2, 3], (float[])[1.1f, 4, float.NaN], 1e-3)
            )
        );
    }

    [Fact]
    public void A_difference_is_relative_to_1_or_to_the_expected_number_whichever_is_larger()
    {
        Tolerance.AssertClose((double[])[0, 100], (double[])[0.01, 101], 0.01);
        Failure(() => Tolerance.AssertClose((double[])[0], (double[])[0.011], 0.01));
        Failure(() => Tolerance.AssertClose((double[])[100], (double[])[98.9], 0.01));
        Failure(() => Tolerance.AssertWithin((double[])[100], (double[])[100.011], 0.01));
        Tolerance.AssertCloseToLargest((double[])[0, -100], (double[])[1, -99], 0.01);
        Failure(() =>
            Tolerance.AssertCloseToLargest((double[])[0, 100], (double[])[1.1, 100], 0.01)
        );
    }

    [Fact]
    public void Relative_to_the_largest_number_zeros_are_close_only_to_zeros()
    {
        Tolerance.AssertCloseToLargest((double[])[0, 0], (double[])[0, 0], 0.01);
        Failure(() => Tolerance.AssertCloseToLargest((double[])[0], (double[])[1e-30], 0.01));
    }

    [Fact]
    public void Numbers_with_an_infinite_difference_fail()
    {
        double[] most = [double.MaxValue];
        double[] least = [double.MinValue];
        Failure(() => Tolerance.AssertClose(most, least, 1));
        Failure(() => Tolerance.AssertWithin(most, least, 1));
        Failure(() => Tolerance.AssertCloseToLargest(most, least, 1));
    }

    [Fact]
    public void Unequal_lengths_fail_on_either_side_and_empty_arrays_fail()
    {
        foreach (var compare in Comparisons)
        {
            Failure(() => compare(Sample, Sample[..3]));
            Failure(() => compare(Sample[..3], Sample));
            Failure(() => compare(Sample, []));
            Failure(() => compare([], []));
        }
    }

    [Fact]
    public void Bits_distinguish_zero_and_negative_zero()
    {
        Tolerance.AssertWithin((float[])[0f], (float[])[-0f], 0);
        Failure(() => Tolerance.AssertSameBits([0f], [-0f]));
    }

    [Fact]
    public void A_tolerance_of_NaN_fails_always() =>
        Failure(() => Tolerance.AssertNear(1, 1.5, double.NaN));

    private static string Failure(Action comparison) =>
        Assert.ThrowsAny<XunitException>(comparison).Message;
}
