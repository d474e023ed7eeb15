namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Pinned memory that begins small and grows to what is used, since pinning memory takes time and few runs need all of it.
/// </summary>
internal sealed class HostBuffer : IDisposable
{
    /// <summary>The numbers for which there is room at first.</summary>
    private const int FirstCount = 1 << 20;

    private readonly CudaContext _context;
    private readonly int _most;
    private PinnedMemory<float> _memory;

    /// <param name="context">The context; made current.</param>
    /// <param name="most">The most numbers that will ever be used, at least 1.</param>
    public HostBuffer(CudaContext context, int most)
    {
        (_context, _most) = (context, most);
        _memory = new PinnedMemory<float>(context, Math.Min(FirstCount, most));
    }

    /// <summary>Gets the numbers.</summary>
    public Span<float> Span => _memory.Span;

    /// <summary>Adds a copy of the first numbers of a memory of the device. The numbers before are lost.</summary>
    public void Download(CudaStream stream, DeviceMemory from, int count)
    {
        if (count > _memory.Count)
        {
            var larger = (int)Math.Min(_most, Math.Max(count, 2L * _memory.Count));
            _memory.Dispose();
            _memory = new PinnedMemory<float>(_context, larger);
        }

        if (count > 0)
        {
            stream.Download(from, 0, _memory, 0, count);
        }
    }

    public void Dispose() => _memory.Dispose();
}
