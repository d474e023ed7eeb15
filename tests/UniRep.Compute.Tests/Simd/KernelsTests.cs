using UniRep.Compute.Internals.Packing;
using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Tests;

public unsafe class KernelsTests
{
    [Theory]
    [MemberData(nameof(Layouts.All), MemberType = typeof(Layouts))]
    public void Every_number_of_rows_gives_the_product(InstructionSet set, int strip)
    {
        foreach (var depth in new[] { 1, 7, 64, 700, 1100 })
        {
            foreach (var rows in new[] { 1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 25, 31, 48 })
            {
                var (a, panel) = (Numbers(rows * depth, rows), Numbers(depth * 64, depth));
                var tile = Multiply(set, strip, a, rows, panel, depth);
                for (var row = 0; row < rows; row++)
                {
                    for (var column = 0; column < 64; column++)
                    {
                        var expected = 1.0;
                        for (var k = 0; k < depth; k++)
                        {
                            expected += (double)a[row * depth + k] * panel[k * 64 + column];
                        }

                        Tolerance.AssertNear(
                            expected,
                            tile[row * 64 + column],
                            2e-5 * Math.Sqrt(depth)
                        );
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Layouts.All), MemberType = typeof(Layouts))]
    public void The_bits_of_a_row_do_not_depend_on_the_other_rows_or_the_layout(
        InstructionSet set,
        int strip
    )
    {
        const int Depth = 1100;
        var (a, panel) = (Numbers(48 * Depth, 1), Numbers(Depth * 64, 2));
        var alone = Enumerable
            .Range(0, 48)
            .SelectMany(row =>
                Multiply(set, 64, a[(row * Depth)..((row + 1) * Depth)], 1, panel, Depth)
            )
            .ToArray();
        for (var rows = 2; rows <= 48; rows++)
        {
            Assert.Equal(alone[..(rows * 64)], Multiply(set, strip, a, rows, panel, Depth));
        }
    }

    private static float[] Multiply(
        InstructionSet set,
        int strip,
        float[] a,
        int rows,
        float[] panel,
        int depth
    )
    {
        var kernels = Kernels.Of(set);
        using var matrix = new PackedMatrix(
            depth,
            1,
            (_, column) => column,
            new RawWeightMatrix(panel, 64),
            Precision.Exact,
            strip
        );
        using var operand = new Operand(rows, depth, Precision.Exact);
        var product = kernels.ProductOf(Precision.Exact);
        var tile = new float[rows * 64];
        Array.Fill(tile, 1f);
        fixed (
            float* aPointer = a,
                tilePointer = tile
        )
        {
            product.Prepare(aPointer, depth, depth, rows, operand);
            product.MultiplyAdd(
                operand,
                rows,
                matrix,
                0,
                matrix.Panel(0),
                tilePointer,
                tilePointer
            );
        }

        return tile;
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
