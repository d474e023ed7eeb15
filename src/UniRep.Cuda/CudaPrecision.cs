namespace UniRep.Compute;

/// <summary>The number format of the matrix products on a GPU. Sums, gates and cells are float32 in both.</summary>
public enum CudaPrecision
{
    /// <summary>Bfloat16.</summary>
    BFloat16,

    /// <summary>
    /// Each number as the sum of two bfloat16 numbers, of which three products count: as good as float32, at a third of the
    /// speed.
    /// </summary>
    Exact,
}
