namespace UniRep.Compute;

/// <summary>The instruction sets that the kernels are compiled for. Each gives the same bits on every machine.</summary>
public enum InstructionSet
{
    /// <summary>Vectors of 128 bits without fused multiply-add, on any processor.</summary>
    Portable,

    /// <summary>Vectors of 128 bits with fused multiply-add: ARM64, or x64 with FMA.</summary>
    Fma128,

    /// <summary>Vectors of 256 bits with fused multiply-add.</summary>
    Avx2,

    /// <summary>Vectors of 512 bits with fused multiply-add.</summary>
    Avx512,
}

/// <summary>The number format of the matrix products that depend on the state. All else is float32.</summary>
public enum Precision
{
    /// <summary>Float32.</summary>
    Exact,

    /// <summary>Weights of 16 bits, multiplied as float32. One sequence reads half as much memory.</summary>
    Int16Weights,

    /// <summary>Weights of 16 bits times states of 13 bits, with exact sums.</summary>
    Int16,

    /// <summary>Weights of 8 bits times states of 8 bits, with exact sums. For screening with models of 256 units or more.</summary>
    Int8,
}

/// <summary>The options of an engine. Only the instruction set and the precision change results.</summary>
public sealed record EngineOptions
{
    /// <summary>The largest number of threads.</summary>
    public const int MaximalThreads = 1024;

    /// <summary>
    /// Gets the number of threads, at most <see cref="MaximalThreads"/>; 0 for one per core, or fewer under the CPU quota of
    /// a container.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>Gets the number of sequences that a group of threads computes side by side; 0 for the default.</summary>
    public int Lanes { get; init; }

    /// <summary>Gets the instruction set; null for the best of this machine.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>Gets the precision of the matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Gets whether to use only kernels that .NET compiles. Otherwise the engine writes kernels at run time if the processor
    /// has instructions that .NET does not offer and the system allows it. They give the same bits.
    /// </summary>
    public bool ManagedOnly { get; init; }

    /// <summary>
    /// Gets the limit, in bytes of results, of the sequences that are read ahead. Up to three times as many bytes are read
    /// and not yet delivered, or three sequences if they are larger.
    /// </summary>
    public long ChunkBytes { get; init; } = 16L << 20;

    /// <summary>
    /// Gets the limit, in bytes, of the states that are kept for sequences with a shared prefix. Sequences without a kept
    /// state are computed from the start.
    /// </summary>
    public long StateBytes { get; init; } = 64L << 20;

    /// <summary>Throws where an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Check()
    {
        Throw.IfNotThreads(Threads, nameof(Threads));
        Throw.IfUndefined(Precision, nameof(Precision));
        Throw.IfNegative(Lanes, nameof(Lanes));
        if (InstructionSet is { } set)
        {
            Throw.IfUndefined(set, nameof(InstructionSet));
        }
    }
}
