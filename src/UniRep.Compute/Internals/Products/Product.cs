using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Products;

/// <summary>tile += rows · matrix in one precision. A row's result depends on that row alone, to the last bit.</summary>
internal abstract unsafe class Product
{
    /// <summary>Whether it runs kernels written at run time.</summary>
    public virtual bool IsEmitted => false;

    /// <summary>Brings rows of floats, [rows][stride], into the form that is multiplied.</summary>
    /// <param name="a">The first row; numbers past the length are zero up to whole blocks of 64.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="length">Numbers of a row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="operand">Where they go.</param>
    public abstract void Prepare(float* a, nint stride, int length, int rows, Operand operand);

    /// <summary>tile += rows · panel; prefetches the panel that comes next.</summary>
    /// <param name="operand">The rows.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="panel">Which of its panels.</param>
    /// <param name="next">What to prefetch.</param>
    /// <param name="tile">The sums, [rows][64].</param>
    /// <param name="scratch">Another tile of that size.</param>
    public abstract void MultiplyAdd(
        Operand operand,
        int rows,
        PackedMatrix matrix,
        int panel,
        float* next,
        float* tile,
        float* scratch
    );
}
