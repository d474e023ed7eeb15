namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// An array in the layout of device memory, made block by block, so that blocks can be made in parallel and uploaded through
/// a small staging buffer.
/// </summary>
internal abstract unsafe class PackedBlocks(int count, int blockBytes)
{
    /// <summary>Gets the number of blocks.</summary>
    public int Count { get; } = count;

    /// <summary>Gets the size of a block.</summary>
    public int BlockBytes { get; } = blockBytes;

    /// <summary>Gets the size of the array.</summary>
    public long Bytes => (long)Count * BlockBytes;

    /// <summary>Writes every byte of a block.</summary>
    /// <param name="block">The number of the block.</param>
    /// <param name="target">Memory of <see cref="BlockBytes"/> bytes, aligned to 16.</param>
    public abstract void Fill(int block, byte* target);

    /// <summary>Writes some blocks, in parallel.</summary>
    public void Fill(int first, int count, byte* target) =>
        Parallel.For(0, count, index => Fill(first + index, target + (long)index * BlockBytes));
}
