namespace UniRep.Compute;

/// <summary>The options of an engine on an NVIDIA GPU. Only precision and latency change results.</summary>
public sealed record CudaOptions
{
    /// <summary>Gets the number of the device, from 0, as the driver counts them.</summary>
    public int Device { get; init; }

    /// <summary>Gets the precision of the matrix products.</summary>
    public CudaPrecision Precision { get; init; }

    /// <summary>
    /// Gets whether few sequences, and the last of many, go to the kernel for up to eight sequences. It takes much less time
    /// for them and rounds differently, so that the last digits of a sequence depend on the sequences beside it. The exact
    /// precision never uses it.
    /// </summary>
    public bool Latency { get; init; } = true;

    /// <summary>Gets the number of sequences side by side; 0 to choose by the model and the memory of the device.</summary>
    public int Rows { get; init; }

    /// <summary>Gets the limit of device memory in bytes; 0 for nine tenths of what is free.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Gets the limit, in bytes of results, of the sequences that are read ahead.</summary>
    public long ChunkBytes { get; init; } = 128L << 20;

    /// <summary>Gets the path of the driver's library; null for the one that the system knows.</summary>
    public string? DriverPath { get; init; }

    /// <summary>Throws where an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Check()
    {
        Throw.IfUndefined(Precision, nameof(Precision));
        ArgumentOutOfRangeException.ThrowIfNegative(Device);
        ArgumentOutOfRangeException.ThrowIfNegative(Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(MemoryBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ChunkBytes);
    }
}
