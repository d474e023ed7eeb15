namespace UniRep.Compute;

/// <summary>A device that the NVIDIA driver knows.</summary>
public sealed record CudaDevice
{
    /// <summary>Gets the number of the device, from 0, as the driver counts them.</summary>
    public required int Index { get; init; }

    /// <summary>Gets the name, such as NVIDIA H100 80GB HBM3.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the compute capability, such as 9.0; 0.0 if the driver does not tell.</summary>
    public required Version ComputeCapability { get; init; }

    /// <summary>Gets the size of the memory in bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Gets the free memory in bytes; 0 if the device cannot be used.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Gets the number of streaming multiprocessors.</summary>
    public required int Multiprocessors { get; init; }

    /// <summary>Gets the highest clock of the multiprocessors in hertz; 0 if the driver does not tell.</summary>
    public required long ClockHertz { get; init; }

    /// <summary>
    /// Gets the nominal peak of dense products of bfloat16 with sums of float32, in floating-point operations per second: all
    /// multiprocessors at the highest clock, by the figures that NVIDIA publishes. It is not measured. Null for a GPU whose
    /// figures are not known here.
    /// </summary>
    public required double? NominalPeak { get; init; }

    /// <summary>Gets the newest version of CUDA that the driver supports, such as 12.4.</summary>
    public required Version DriverVersion { get; init; }

    /// <summary>Gets why the engine cannot use the device; null if it can.</summary>
    public required string? Unusable { get; init; }
}
