using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace UniRep.Compute;

/// <summary>Makes random matrices orthogonal.</summary>
public static class Orthogonal
{
    /// <summary>
    /// Makes the rows of a matrix orthonormal in place, by the modified Gram-Schmidt process. The result does not depend on
    /// the number of threads.
    /// </summary>
    /// <param name="matrix">The matrix, row-major, of full rank, with no more rows than columns.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="cancellation">Ends the work between two rows; the matrix is then of no use.</param>
    /// <exception cref="ArgumentException">There are more rows than columns.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static void Rows(float[] matrix, int rows, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var columns = rows == 0 ? 0 : matrix.Length / rows;
        if (columns < rows || (long)rows * columns != matrix.Length)
        {
            throw new ArgumentException(
                $"{rows} orthogonal rows need at least {rows} columns; the matrix has {matrix.Length} numbers.",
                nameof(matrix)
            );
        }

        for (var row = 0; row < rows; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            var unit = matrix.AsMemory(row * columns, columns);
            Scale(unit.Span, (float)(1 / Math.Sqrt(Dot(unit.Span, unit.Span))));
            Parallel.For(
                row + 1,
                rows,
                other =>
                {
                    var rest = matrix.AsSpan(other * columns, columns);
                    Subtract(rest, unit.Span, (float)Dot(rest, unit.Span));
                }
            );
        }
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        // A fixed width: the order of the sum is the same on every machine.
        var va = MemoryMarshal.Cast<float, Vector256<float>>(a);
        var vb = MemoryMarshal.Cast<float, Vector256<float>>(b);
        var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var k = 0; k < va.Length; k++)
        {
            var (first, second) = Vector256.Widen(va[k] * vb[k]);
            low += first;
            high += second;
        }

        var sums = low + high;
        var sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        for (var k = va.Length * Vector256<float>.Count; k < a.Length; k++)
        {
            sum += (double)a[k] * b[k];
        }

        return sum;
    }

    private static void Scale(Span<float> row, float by)
    {
        for (var k = 0; k < row.Length; k++)
        {
            row[k] *= by;
        }
    }

    private static void Subtract(Span<float> row, ReadOnlySpan<float> unit, float times)
    {
        var to = MemoryMarshal.Cast<float, Vector<float>>(row);
        var from = MemoryMarshal.Cast<float, Vector<float>>(unit);
        for (var k = 0; k < to.Length; k++)
        {
            to[k] -= from[k] * times;
        }

        for (var k = to.Length * Vector<float>.Count; k < row.Length; k++)
        {
            row[k] -= unit[k] * times;
        }
    }
}
