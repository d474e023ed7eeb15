using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Products;

/// <summary>The matrix product tile += rows · matrix in one precision. The result of a row depends on that row only, to the last bit.</summary>
internal abstract unsafe class Product
{
    /// <summary>Gets whether it runs kernels that were written at run time.</summary>
    public virtual bool IsEmitted => false;

    /// <summary>Converts rows of floats, [rows][stride], to the form that is multiplied.</summary>
    /// <param name="a">The first row. Each row is padded with zeros to blocks of 64.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="length">The numbers of a row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="operand">The result.</param>
    public abstract void Prepare(float* a, nint stride, int length, int rows, Operand operand);

    /// <summary>Computes tile += rows · panel, and prefetches the next panel.</summary>
    /// <param name="operand">The rows.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="panel">The panel of the matrix.</param>
    /// <param name="next">The panel to prefetch.</param>
    /// <param name="tile">The sums, [rows][64].</param>
    /// <param name="scratch">A scratch tile, [rows][64].</param>
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
