namespace UniRep.Compute;

/// <summary>The instruction sets that the kernels are compiled for.</summary>
public enum InstructionSet
{
    /// <summary>Vectors of 128 bits: ARM64's AdvSimd, or plain x64.</summary>
    Portable,

    /// <summary>Vectors of 256 bits with fused multiply-add.</summary>
    Avx2,

    /// <summary>Vectors of 512 bits with fused multiply-add.</summary>
    Avx512,
}

/// <summary>How an engine is to run. No option changes the results but the instruction set.</summary>
public sealed record EngineOptions
{
    /// <summary>The number of threads; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>The number of sequences that one group of threads computes side by side; 0 to choose by the model.</summary>
    public int Lanes { get; init; }

    /// <summary>The instruction set; null for the best that this machine has.</summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>
    /// The bytes of results that one chunk of the input may hold before it is handed on; at most two chunks are in
    /// flight. A sequence that is larger by itself is a chunk of its own.
    /// </summary>
    public long ChunkBytes { get; init; } = 16L << 20;
}
