namespace UniRep.Compute;

/// <summary>
/// What a device does at most, measured: dense products of bfloat16 with sums of float32, from operands that are always at hand,
/// by the instruction that the engine uses on it (wgmma on compute capability 9.0, mma.sync on others).
/// </summary>
public sealed record CudaPeak
{
    /// <summary>Gets the kernel that was timed; null if none was.</summary>
    public required string? Kernel { get; init; }

    /// <summary>Gets the floating-point operations per second of each timed launch, in their order; empty if there is none.</summary>
    public required IReadOnlyList<double> Rates { get; init; }

    /// <summary>Gets why nothing could be measured; null if it could.</summary>
    public required string? Missing { get; init; }

    /// <summary>
    /// Gets the median of <see cref="Rates"/>: what the device keeps up, as the engine must, and not the clock of a good moment.
    /// Null if nothing could be measured.
    /// </summary>
    public double? Median => Rates.Count == 0 ? null : Rates.Order().ElementAt(Rates.Count / 2);
}
