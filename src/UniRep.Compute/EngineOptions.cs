namespace UniRep.Compute;

/// <summary>The instruction sets that the kernels are compiled for. Each stands for one set of bits in the results.</summary>
public enum InstructionSet
{
    /// <summary>Vectors of 128 bits, a product rounded before it is added: any processor, and the same bits on all.</summary>
    Portable,

    /// <summary>Vectors of 128 bits with fused multiply-add: ARM64, or x64 with FMA.</summary>
    Fma128,

    /// <summary>Vectors of 256 bits with fused multiply-add.</summary>
    Avx2,

    /// <summary>Vectors of 512 bits with fused multiply-add.</summary>
    Avx512,
}

/// <summary>In what numbers the matrix products that depend on the state are computed; all else is float32.</summary>
public enum Precision
{
    /// <summary>Float32.</summary>
    Exact,

    /// <summary>Weights of 16 bits, multiplied as float32: half the memory to read for one sequence.</summary>
    Int16Weights,

    /// <summary>Weights of 16 bits times states of 13 bits, summed exactly.</summary>
    Int16,

    /// <summary>Weights of 8 bits times states of 8 bits, summed exactly: for screening, and models of 256 units or more.</summary>
    Int8,
}

/// <summary>How an engine is to run. No option changes the results but the instruction set and the precision.</summary>
public sealed record EngineOptions
{
    /// <summary>The largest number of threads that may be asked for.</summary>
    public const int MaximalThreads = 1024;

    /// <summary>
    /// The number of threads, at most <see cref="MaximalThreads"/>; 0 for one per core, or as many as a container's quota
    /// allows.
    /// </summary>
    public int Threads { get; init; }

    /// <summary>The number of sequences that one group of threads computes side by side; 0 to choose by the model.</summary>
    public int Lanes { get; init; }

    /// <summary>The instruction set; null for the best that this machine has.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>The precision of the matrix products.</summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Whether to keep to kernels that .NET compiled. Otherwise kernels may be written at run time where the processor has
    /// instructions that .NET does not offer and the system allows it; they give the same bits.
    /// </summary>
    public bool ManagedOnly { get; init; }

    /// <summary>
    /// The bytes of results of the sequences that may be read ahead of those under way. At most three times as many are
    /// read and not yet delivered, or three sequences if they are larger.
    /// </summary>
    public long ChunkBytes { get; init; } = 16L << 20;

    /// <summary>
    /// The bytes of states that may be kept for sequences that begin alike; beyond them such sequences are computed from
    /// the start.
    /// </summary>
    public long StateBytes { get; init; } = 64L << 20;

    /// <summary>Throws where an option is out of its range.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public void Check()
    {
        Throw.IfNoNumberOfThreads(Threads, nameof(Threads));
        Throw.IfUndefined(Precision, nameof(Precision));
        Throw.IfNegative(Lanes, nameof(Lanes));
        if (InstructionSet is { } set)
        {
            Throw.IfUndefined(set, nameof(InstructionSet));
        }
    }
}
