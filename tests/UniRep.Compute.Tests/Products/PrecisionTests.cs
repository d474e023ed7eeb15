using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Tests;

/// <summary>Integer products are as accurate as rounding allows, in every instruction set and for every number of rows.</summary>
public unsafe class PrecisionTests
{
    private const int Stride = 2048 + 16;

    public static TheoryData<InstructionSet, Precision> SetsAndPrecisions
    {
        get
        {
            var cases = new TheoryData<InstructionSet, Precision>();
            foreach (var set in MlstmEngine.Supported)
            {
                foreach (var precision in Enum.GetValues<Precision>())
                {
                    cases.Add(set, precision);
                }
            }

            return cases;
        }
    }

    /// <summary>The scale of the integers, relative to the largest number.</summary>
    private static (double Row, double Weight) Units(Precision precision) =>
        precision switch
        {
            Precision.Int16Weights => (0, 1.0 / 32767),
            // Sums of 32 bits leave fewer bits to the weights of long columns.
            Precision.Int16 => (1.0 / 4095, 1.0 / 500),
            Precision.Int8 => (1.0 / 127, 1.0 / 127),
            _ => (0, 0),
        };

    [Theory]
    [MemberData(nameof(SetsAndPrecisions))]
    public void The_error_of_a_product_is_at_most_that_of_rounding(
        InstructionSet set,
        Precision precision
    )
    {
        foreach (var depth in new[] { 1, 5, 64, 700, 1900 })
        {
            var (a, w) = (Numbers(48 * depth, 1, 3f), Numbers(depth * 64, 2, 0.1f));
            var expected = Bounds(precision, a, w, depth);
            foreach (var rows in new[] { 1, 2, 3, 5, 6, 7, 13, 48 })
            {
                var tile = Multiply(set, precision, a[..(rows * depth)], rows, w, depth);
                for (var at = 0; at < tile.Length; at++)
                {
                    Tolerance.AssertNear(expected[at].Value, tile[at], expected[at].Error);
                }
            }
        }
    }

    /// <summary>Gives 1 + a · w in float64, and a bound of the rounding error.</summary>
    private static (double Value, double Error)[] Bounds(
        Precision precision,
        float[] a,
        float[] w,
        int depth
    )
    {
        var bounds = new (double, double)[a.Length / depth * 64];
        var (rowUnit, weightUnit) = Units(precision);
        for (var column = 0; column < 64; column++)
        {
            var weights = new double[depth];
            for (var k = 0; k < depth; k++)
            {
                weights[k] = w[k * 64 + column];
            }

            var ofWeight = weightUnit * weights.Max(Math.Abs) / 2;
            for (var row = 0; row < a.Length / depth; row++)
            {
                var numbers = a.AsSpan(row * depth, depth);
                var largest = 0f;
                foreach (var number in numbers)
                {
                    largest = Math.Max(largest, Math.Abs(number));
                }

                var ofRow = rowUnit * largest / 2;
                var (sum, error) = (1.0, 2e-5 * Math.Sqrt(depth));
                for (var k = 0; k < depth; k++)
                {
                    sum += numbers[k] * weights[k];
                    error +=
                        Math.Abs(numbers[k]) * ofWeight + (Math.Abs(weights[k]) + ofWeight) * ofRow;
                }

                bounds[row * 64 + column] = (sum, error);
            }
        }

        return bounds;
    }

    [Theory]
    [MemberData(nameof(SetsAndPrecisions))]
    public void The_bits_of_a_row_do_not_depend_on_the_other_rows(
        InstructionSet set,
        Precision precision
    )
    {
        const int Depth = 1333;
        var (a, w) = (Numbers(48 * Depth, 1, 3f), Numbers(Depth * 64, 2, 0.1f));
        var alone = Enumerable
            .Range(0, 48)
            .SelectMany(row =>
                Multiply(set, precision, a[(row * Depth)..((row + 1) * Depth)], 1, w, Depth)
            )
            .ToArray();
        for (var rows = 2; rows <= 48; rows++)
        {
            Assert.Equal(alone[..(rows * 64)], Multiply(set, precision, a, rows, w, Depth));
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndPrecisions))]
    public void The_largest_numbers_do_not_overflow(InstructionSet set, Precision precision)
    {
        const int Depth = 2000;
        foreach (var sign in new[] { 1f, -1f })
        {
            var (a, w) = (new float[Depth], new float[Depth * 64]);
            Array.Fill(a, sign);
            Array.Fill(w, 1f);
            var tile = Multiply(set, precision, a, 1, w, Depth);
            Assert.All(tile, value => Tolerance.AssertNear(1 + sign * Depth, value, 2.0));
        }
    }

    /// <summary>
    /// A state with a few numbers far above the rest, as in the 1900-unit model, and weights that are whole units of 8
    /// bits: only the state is rounded. Its unit is a 127th of the largest number; the error of a uniform rounding
    /// follows.
    /// </summary>
    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void Int8_keeps_all_eight_bits_of_a_state_with_a_long_tail(InstructionSet set)
    {
        const int Depth = 1900;
        var a = Numbers(Depth, 1, 1f);
        for (var k = 7; k < Depth; k += 100)
        {
            a[k] *= 25;
        }

        var w = Numbers(Depth * 64, 2, 127f);
        for (var at = 0; at < w.Length; at++)
        {
            w[at] = at < 64 ? 1f : MathF.Round(w[at]) / 127;
        }

        var tile = Multiply(set, Precision.Int8, a, 1, w, Depth);
        var (squares, expected) = (0.0, 0.0);
        var unit = a.Max(MathF.Abs) / 127;
        for (var column = 0; column < 64; column++)
        {
            var sum = 1.0;
            for (var k = 0; k < Depth; k++)
            {
                var weight = w[k * 64 + column];
                sum += (double)a[k] * weight;
                expected += unit * unit / 12 * weight * weight;
            }

            squares += Math.Pow(tile[column] - sum, 2);
        }

        Assert.InRange(Math.Sqrt(squares / expected), 0.7, 1.3);
    }

    [Theory]
    [MemberData(nameof(SetsAndPrecisions))]
    public void Zeros_give_zeros_and_NaN_gives_NaN(InstructionSet set, Precision precision)
    {
        var w = Numbers(100 * 64, 2, 0.1f);
        Assert.All(Multiply(set, precision, new float[100], 1, w, 100), x => Assert.Equal(1f, x));
        var broken = new float[100];
        broken[7] = float.NaN;
        Assert.All(Multiply(set, precision, broken, 1, w, 100), x => Assert.True(float.IsNaN(x)));
    }

    /// <summary>Multiplies with every layout of the weights: all give the same bits.</summary>
    private static float[] Multiply(
        InstructionSet set,
        Precision precision,
        float[] a,
        int rows,
        float[] w,
        int depth
    )
    {
        float[][] tiles =
        [
            .. Layouts
                .StripsOf(set)
                .Select(strip => Multiply(set, strip, precision, a, rows, w, depth)),
        ];
        Assert.All(tiles, tile => Assert.Equal(tiles[0], tile));
        return tiles[0];
    }

    private static float[] Multiply(
        InstructionSet set,
        int strip,
        Precision precision,
        float[] a,
        int rows,
        float[] w,
        int depth
    )
    {
        var kernels = Kernels.Of(set);
        var product = kernels.ProductOf(precision);
        using var matrix = new PackedMatrix(
            depth,
            1,
            (_, column) => column,
            new RawWeightMatrix(w, 64),
            precision,
            strip
        );
        using var operand = new Operand(rows, depth, precision);
        using var padded = new AlignedBuffer((long)rows * Stride);
        for (var row = 0; row < rows; row++)
        {
            a.AsSpan(row * depth, depth).CopyTo(padded.Span[(row * Stride)..]);
        }

        var (tile, scratch) = (new float[rows * 64], new float[rows * 64]);
        Array.Fill(tile, 1f);
        fixed (
            float* tilePointer = tile,
                scratchPointer = scratch
        )
        {
            product.Prepare(padded.Pointer, Stride, depth, rows, operand);
            product.MultiplyAdd(
                operand,
                rows,
                matrix,
                0,
                matrix.Panel(0),
                tilePointer,
                scratchPointer
            );
        }

        return tile;
    }

    private static float[] Numbers(int count, int seed, float largest)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * largest)];
    }
}
