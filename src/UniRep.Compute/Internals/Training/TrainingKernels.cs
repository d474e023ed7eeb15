using UniRep.Compute.Internals.Products;
using UniRep.Compute.Internals.Simd;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The elementwise parts of a training step on tiles, [rows][64]; products are those of <see cref="Kernels"/>. Lanes lie a
/// stride apart.
/// </summary>
internal abstract unsafe class TrainingKernels
{
    /// <summary>tile += rows · panel, in float32.</summary>
    public abstract void MultiplyAdd(
        float* a,
        nint stride,
        int rows,
        float* panel,
        int depth,
        float* tile,
        float* next
    );

    /// <summary>Keeps h · wmh and m = x · wmx ⊙ h · wmh of 64 units; x · wmx is one of the rows of a table.</summary>
    public abstract void Multiplicative(
        float* tile,
        float* table,
        nint tableStride,
        ReadOnlySpan<int> choice,
        float* hm,
        float* m,
        nint stride
    );

    /// <summary>The gates of 16 units: reads z from the tile, keeps the gates, writes c and h.</summary>
    public abstract void Gates(float* tile, int rows, in GateRows at);

    /// <summary>
    /// Back through the gates of 16 units: dh is the sum of what comes from above and from the step after; the gates give
    /// way to the gradient of z, dc to that of the step before.
    /// </summary>
    public abstract void GateGradients(int rows, in GateRows at, in GateGradientRows gradients);

    /// <summary>Back through m = x · wmx ⊙ h · wmh of 64 units: the tile holds dm; h · wmh gives way to d(x · wmx).</summary>
    public abstract void MultiplicativeGradients(
        float* tile,
        float* table,
        nint tableStride,
        ReadOnlySpan<int> choice,
        float* hm,
        float* dhm,
        nint stride
    );

    /// <summary>Writes the rows of a tile a stride apart.</summary>
    public abstract void Store(float* tile, int rows, float* target, nint stride);

    /// <summary>Fills each row of a tile with one of the rows of a table, or with rows a stride apart.</summary>
    public abstract void Load(float* table, nint stride, ReadOnlySpan<int> choice, float* tile);

    /// <summary>
    /// Brings 64 columns of rows a stride apart together, [rows][64], and adds each to one of the sums, [choice][64].
    /// </summary>
    public abstract void Gather(
        float* source,
        nint stride,
        ReadOnlySpan<int> choice,
        float* target,
        float* sums
    );
}

/// <summary>Where 16 units of the first lane lie.</summary>
internal readonly unsafe struct GateRows
{
    public float* Gates { get; init; }

    public nint GateStride { get; init; }

    /// <summary>c of the step before.</summary>
    public float* Before { get; init; }

    public float* C { get; init; }

    public float* H { get; init; }

    public nint Stride { get; init; }
}

/// <summary>Where the gradients of 16 units of the first lane lie.</summary>
internal readonly unsafe struct GateGradientRows
{
    /// <summary>The gradient of h from the head or the layer above, by rows.</summary>
    public float* Above { get; init; }

    /// <summary>Floats from a lane to the next in <see cref="Above"/>.</summary>
    public nint AboveStride { get; init; }

    /// <summary>The gradient of h from the step after, by lanes.</summary>
    public float* H { get; init; }

    /// <summary>The gradient of c from the step after, by lanes.</summary>
    public float* C { get; init; }

    public nint Stride { get; init; }
}
