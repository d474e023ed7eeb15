namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The kernels of training on tiles, [rows][64]. Each stride is the number of floats from one row or lane to the next.
/// </summary>
internal abstract unsafe class TrainingKernels
{
    /// <summary>Computes tile += rows · panel, in float32.</summary>
    public abstract void MultiplyAdd(
        float* a,
        nint stride,
        int rows,
        float* panel,
        int depth,
        float* tile,
        float* next
    );

    /// <summary>Stores h · wmh and m = x · wmx ⊙ h · wmh of 64 units. x · wmx of each row is a row of a table.</summary>
    public abstract void Multiplicative(
        float* tile,
        float* table,
        nint tableStride,
        ReadOnlySpan<int> choice,
        float* hm,
        float* m,
        nint stride
    );

    /// <summary>Computes the gates of 16 units: reads z from the tile, stores the gates, c and h.</summary>
    public abstract void Gates(float* tile, int rows, in GateRows at);

    /// <summary>
    /// Computes the gradients of the gates of 16 units. dh is the sum of the gradients from above and from the next step. The
    /// gates are overwritten with the gradient of z, dc with that of the step before.
    /// </summary>
    public abstract void GateGradients(int rows, in GateRows at, in GateGradientRows gradients);

    /// <summary>Computes the gradients of the factors of m for 64 units from dm in the tile. d(x · wmx) overwrites h · wmh.</summary>
    public abstract void MultiplicativeGradients(
        float* tile,
        float* table,
        nint tableStride,
        ReadOnlySpan<int> choice,
        float* hm,
        float* dhm,
        nint stride
    );

    /// <summary>Stores the rows of a tile.</summary>
    public abstract void Store(float* tile, int rows, float* target, nint stride);

    /// <summary>Loads the rows of a tile from rows of a table.</summary>
    public abstract void Load(float* table, nint stride, ReadOnlySpan<int> choice, float* tile);

    /// <summary>
    /// Copies 64 columns of all rows together, [rows][64], and adds each row to one of the sums, [choice][64].
    /// </summary>
    public abstract void Gather(
        float* source,
        nint stride,
        ReadOnlySpan<int> choice,
        float* target,
        float* sums
    );
}

/// <summary>The places of 16 units of the first lane.</summary>
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

/// <summary>The places of the gradients of 16 units of the first lane.</summary>
internal readonly unsafe struct GateGradientRows
{
    /// <summary>The gradient of h from the head or the layer above.</summary>
    public float* Above { get; init; }

    /// <summary>The number of floats from a lane to the next in <see cref="Above"/>.</summary>
    public nint AboveStride { get; init; }

    /// <summary>The gradient of h from the next step.</summary>
    public float* H { get; init; }

    /// <summary>The gradient of c from the next step.</summary>
    public float* C { get; init; }

    public nint Stride { get; init; }
}
