using System.Numerics;
using Xunit;

namespace UniRep.Tests;

/// <summary>
/// Every comparison of numbers within a tolerance. It fails unless each entry is finite on both sides and close enough:
/// NaN fails, and so do infinities, equal ones too, since no number of a model may be infinite (a test that expects an
/// infinity says so with Assert.Equal). Unequal lengths fail, and so does a comparison of nothing. The F# tests have the
/// same in their Tolerance.fs.
/// </summary>
internal static class Tolerance
{
    /// <summary>Float32 engine against float64 values; NumPy in float32 reaches 4e-6 on cells.</summary>
    public const double Engine = 2e-5;

    /// <summary>Gradients in float32, relative to the largest of an array; 5e-6 is reached.</summary>
    public const double Gradient = 1e-4;

    /// <summary>Asserts |actual − expected| ≤ tolerance · max(1, |expected|) for every entry.</summary>
    public static void AssertClose<TExpected, TActual>(
        IReadOnlyList<TExpected> expected,
        IReadOnlyList<TActual> actual,
        double tolerance
    )
        where TExpected : IFloatingPoint<TExpected>
        where TActual : IFloatingPoint<TActual> =>
        Assert(expected, actual, entry => tolerance * Math.Max(1, Math.Abs(entry)));

    /// <summary>Asserts |actual − expected| ≤ tolerance for every entry.</summary>
    public static void AssertWithin<TExpected, TActual>(
        IReadOnlyList<TExpected> expected,
        IReadOnlyList<TActual> actual,
        double tolerance
    )
        where TExpected : IFloatingPoint<TExpected>
        where TActual : IFloatingPoint<TActual> => Assert(expected, actual, _ => tolerance);

    /// <summary>Asserts |actual − expected| ≤ tolerance for one number.</summary>
    public static void AssertNear(double expected, double actual, double tolerance) =>
        Assert<double, double>([expected], [actual], _ => tolerance);

    /// <summary>Asserts |actual − expected| ≤ tolerance · the largest |expected| for every entry.</summary>
    public static void AssertCloseToLargest<TExpected, TActual>(
        IReadOnlyList<TExpected> expected,
        IReadOnlyList<TActual> actual,
        double tolerance
    )
        where TExpected : IFloatingPoint<TExpected>
        where TActual : IFloatingPoint<TActual>
    {
        var largest = expected.Aggregate(0.0, (most, entry) => Math.Max(most, Size(entry)));
        Assert(expected, actual, _ => tolerance * largest);

        static double Size(TExpected entry) => Math.Abs(double.CreateChecked(entry));
    }

    /// <summary>Asserts that numbers are the same to the last bit, and finite.</summary>
    public static void AssertSameBits(IReadOnlyList<float> expected, IReadOnlyList<float> actual)
    {
        Xunit.Assert.NotEmpty(expected);
        Xunit.Assert.Equal(
            expected.Select(BitConverter.SingleToInt32Bits),
            actual.Select(BitConverter.SingleToInt32Bits)
        );
        for (var index = 0; index < actual.Count; index++)
        {
            if (!float.IsFinite(actual[index]))
            {
                Xunit.Assert.Fail($"entry {index} is {actual[index]}");
            }
        }
    }

    private static void Assert<TExpected, TActual>(
        IReadOnlyList<TExpected> expected,
        IReadOnlyList<TActual> actual,
        Func<double, double> allowed
    )
        where TExpected : IFloatingPoint<TExpected>
        where TActual : IFloatingPoint<TActual>
    {
        if (expected.Count != actual.Count)
        {
            Xunit.Assert.Fail($"{actual.Count} numbers, {expected.Count} expected");
        }

        if (expected.Count == 0)
        {
            Xunit.Assert.Fail("there are no numbers to compare");
        }

        var (worst, most) = (-1, 0.0);
        for (var index = 0; index < expected.Count; index++)
        {
            var excess = Excess(
                double.CreateChecked(expected[index]),
                double.CreateChecked(actual[index])
            );
            if (excess > most)
            {
                (worst, most) = (index, excess);
            }
        }

        if (worst >= 0)
        {
            Xunit.Assert.Fail(
                $"entry {worst} is {actual[worst]}, {expected[worst]} expected: off by {most:G3} times what is allowed"
            );
        }

        // How many times the tolerance a difference is, if it is beyond it; else nothing.
        double Excess(double e, double a)
        {
            if (!double.IsFinite(e) || !double.IsFinite(a))
            {
                return double.PositiveInfinity;
            }

            var (difference, limit) = (Math.Abs(a - e), allowed(e));
            return difference <= limit ? 0
                : limit > 0 ? difference / limit
                : double.PositiveInfinity;
        }
    }
}
