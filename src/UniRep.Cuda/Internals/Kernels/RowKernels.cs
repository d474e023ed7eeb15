namespace UniRep.Compute.Internals.Cuda;

/// <summary>The kernels that move states of rows, and the language-model head.</summary>
internal sealed unsafe class RowKernels(CudaModule module, CudaShape shape)
{
    private const int Threads = 256;
    private const int HeadRows = 32;

    /// <summary>The shared memory of the head: 64 units of 32 rows and of 25 classes, each with one number more.</summary>
    private const int HeadSharedBytes = (HeadRows + MlstmShape.Classes) * 65 * sizeof(float);

    private readonly CudaFunction _copy = module.Function("mlstm_copy_rows");
    private readonly CudaFunction _toSlots = module.Function("mlstm_rows_to_slots");
    private readonly CudaFunction _head = module.Function("mlstm_head");

    /// <summary>Copies the states of rows, one layer.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="pairs">The address of the pairs.</param>
    /// <param name="count">The number of pairs.</param>
    /// <param name="h">The address of h.</param>
    /// <param name="cell">The address of the cells.</param>
    /// <param name="sum">The address of the sums; 0 below the top layer.</param>
    public void CopyRows(CudaStream stream, ulong pairs, int count, ulong h, ulong cell, ulong sum)
    {
        var (units, width) = (shape.PaddedUnits, shape.Width);
        ReadOnlySpan<nint> arguments =
        [
            (nint)(&pairs),
            (nint)(&count),
            (nint)(&h),
            (nint)(&cell),
            (nint)(&sum),
            (nint)(&units),
            (nint)(&width),
        ];
        _copy.Launch(stream, count, 1, Threads, 0, arguments);
    }

    /// <summary>Writes the states of rows into result slots.</summary>
    /// <inheritdoc cref="CopyRows"/>
    public void RowsToSlots(
        CudaStream stream,
        ulong pairs,
        int count,
        ulong h,
        ulong cell,
        ulong sum,
        ulong results
    )
    {
        var (units, width) = (shape.PaddedUnits, shape.Width);
        ReadOnlySpan<nint> arguments =
        [
            (nint)(&pairs),
            (nint)(&count),
            (nint)(&h),
            (nint)(&cell),
            (nint)(&sum),
            (nint)(&results),
            (nint)(&units),
            (nint)(&width),
        ];
        _toSlots.Launch(stream, count, 1, Threads, 0, arguments);
    }

    /// <summary>Computes logits of states.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="states">The address of the states, [rows][PaddedUnits].</param>
    /// <param name="headW">The address of the matrix, [25][PaddedUnits].</param>
    /// <param name="headB">The address of the bias.</param>
    /// <param name="logits">The address of the logits, [rows][25].</param>
    /// <param name="rows">The number of rows.</param>
    public void Head(
        CudaStream stream,
        ulong states,
        ulong headW,
        ulong headB,
        ulong logits,
        int rows
    )
    {
        var units = shape.PaddedUnits;
        ReadOnlySpan<nint> arguments =
        [
            (nint)(&states),
            (nint)(&headW),
            (nint)(&headB),
            (nint)(&logits),
            (nint)(&rows),
            (nint)(&units),
        ];
        var blocks = (rows + HeadRows - 1) / HeadRows;
        _head.Launch(stream, blocks, 1, Threads, HeadSharedBytes, arguments);
    }
}
