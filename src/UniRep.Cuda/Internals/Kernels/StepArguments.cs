using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>What a kernel is told of a layer of a step: struct Step of kernels/step.cuh. Pointers are device addresses.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct StepArguments
{
    /// <summary>For m: x · wmx by token, or by row if <see cref="IsRowwise"/>.</summary>
    public ulong Xm;

    /// <summary>For z: x · wx + b by token, or b alone if <see cref="IsTokenless"/>.</summary>
    public ulong Xz;

    /// <summary>The word of each row; see <see cref="StepWord"/>.</summary>
    public ulong Words;

    /// <summary>The output, m or h.</summary>
    public ulong Y;

    /// <summary>If not zero, the m kernel stores nothing but its products, here.</summary>
    public ulong Raw;

    /// <summary>The cells.</summary>
    public ulong Cell;

    /// <summary>The sums of h; zero below the top layer.</summary>
    public ulong Sum;

    /// <summary>The result slots; zero below the top layer.</summary>
    public ulong Results;

    /// <summary>Takes h of this step in float32; zero if nobody asked for it.</summary>
    public ulong States;

    /// <summary>The number of rows.</summary>
    public int Rows;

    /// <summary>The number of units with padding.</summary>
    public int Units;

    /// <summary>1 if numbers are pairs of bfloat16.</summary>
    public int IsExact;

    /// <summary>The number of products that are added, 1 or 2.</summary>
    public int Sources;

    /// <inheritdoc cref="Xm"/>
    public int IsRowwise;

    /// <inheritdoc cref="Xz"/>
    public int IsTokenless;
}
