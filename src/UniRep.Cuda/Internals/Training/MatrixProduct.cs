using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>How the factors of a product lie in memory: enum Layout of kernels/training/product.cuh.</summary>
internal enum ProductLayout
{
    /// <summary>A [m][k], B [k][n].</summary>
    NN,

    /// <summary>A [m][k], B [n][k].</summary>
    NT,

    /// <summary>A [k][m], B [k][n].</summary>
    TN,
}

/// <summary>What a kernel is told of a product: struct MatrixProduct of kernels/training/product.cuh.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct MatrixProduct
{
    /// <summary>The first factor.</summary>
    public ulong A;

    /// <summary>The second factor.</summary>
    public ulong B;

    /// <summary>The product, in <see cref="Splits"/> parts.</summary>
    public ulong C;

    /// <summary>For <see cref="ProductLayout.TN"/>: where each row of A stands; 0 for in order.</summary>
    public ulong Rows;

    /// <summary>The rows of the product.</summary>
    public int M;

    /// <summary>The columns of the product.</summary>
    public int N;

    /// <summary>The number of terms of a sum.</summary>
    public int K;

    /// <summary>The numbers from a row of A to the next.</summary>
    public int PitchA;

    /// <summary>The numbers from a row of B to the next.</summary>
    public int PitchB;

    /// <summary>The numbers from a row of the product to the next.</summary>
    public int PitchC;

    /// <summary>The number of parts of K.</summary>
    public int Splits;

    /// <summary>1 if the product is added to what is there.</summary>
    public int Adds;
}
