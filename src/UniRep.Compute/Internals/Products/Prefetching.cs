namespace UniRep.Compute.Internals.Products;

/// <summary>
/// Divides the prefetching of a block among the calls that read the one before it. Each cache line is prefetched by one call: to
/// prefetch a part of them costs more than it gains.
/// </summary>
internal unsafe struct Prefetching
{
    /// <summary>The bytes of a cache line.</summary>
    public const int Line = 64;

    /// <summary>The bytes that a kernel runs ahead of itself in what it reads alone.</summary>
    public const int FarAhead = 16384;

    /// <summary>The number of items from which weights are taken to come from memory: a layer of as many units has 20 MB.</summary>
    public const int MemoryItems = 1024;

    private nint _reach;

    /// <summary>The first of two places that advance side by side.</summary>
    public byte* Next { get; private set; }

    /// <summary>Bytes from the first place to the second.</summary>
    public nint Ahead { get; private init; }

    /// <summary>Bytes that both advance per item.</summary>
    public nint Step { get; private init; }

    /// <summary>Begins with the first call.</summary>
    /// <param name="block">The block to prefetch.</param>
    /// <param name="items">The number of its items.</param>
    /// <param name="perItem">The bytes of an item.</param>
    /// <param name="calls">The number of calls, at least two.</param>
    public static Prefetching Shared(float* block, nint items, nint perItem, int calls)
    {
        var perCall = (perItem + calls - 1) / calls;
        return new Prefetching
        {
            Next = (byte*)block,
            Step = perCall,
            Ahead = perCall > Line ? (perCall + 1) / 2 : 0,
            _reach = perCall * items,
        };
    }

    /// <summary>Goes on to the next call.</summary>
    public void Advance() => Next += _reach;
}
