namespace UniRep.Compute.Internals.Cuda;

/// <summary>The operands of the kernels that measure a peak, as kernels/peak/peak.cuh makes them: whole numbers of 128ths.</summary>
internal static class PeakOperands
{
    private const int RowsOfOperand = 256;
    private const int Columns = 64;

    /// <summary>Gives a factor: of the first operand or the second, in a row, at a depth.</summary>
    public static double At(int operand, int row, int depth)
    {
        var place = (uint)((operand * RowsOfOperand + row) * Columns + depth);
        place ^= place >> 16;
        place *= 0x7FEB352D;
        place ^= place >> 15;
        place *= 0x846CA68B;
        place ^= place >> 16;
        return ((int)(place >> 24) - 128) / 128.0;
    }

    /// <summary>Gives the sum of all entries of the product of the operands.</summary>
    public static double Sum(int rows, int columns, int depth) =>
        Enumerable
            .Range(0, depth)
            .Sum(k =>
                Enumerable.Range(0, rows).Sum(row => At(0, row, k))
                * Enumerable.Range(0, columns).Sum(column => At(1, column, k))
            );
}
