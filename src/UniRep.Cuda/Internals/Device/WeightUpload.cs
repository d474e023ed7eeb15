namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Brings packed arrays to the device through two halves of pinned memory: one is copied while the processor fills the other.
/// </summary>
internal sealed unsafe class WeightUpload : IDisposable
{
    private const int LeastHalf = 8 << 20;
    private readonly DisposalScope _owned = new();
    private readonly CudaContext _context;
    private readonly CudaStream _stream;
    private readonly PinnedMemory<byte> _staging;
    private readonly CudaEvent[] _copied;
    private readonly int _half;
    private int _next;

    /// <param name="context">The context; made current.</param>
    /// <param name="largestBlock">The size of the largest block of the arrays.</param>
    public WeightUpload(CudaContext context, int largestBlock)
    {
        _context = context;
        _half = Math.Max(LeastHalf, CudaShape.RoundUp(largestBlock, 256));
        try
        {
            _stream = _owned.Add(new CudaStream(context));
            _staging = _owned.Add(new PinnedMemory<byte>(context, 2 * _half));
            _copied = [_owned.Add(new CudaEvent(context)), _owned.Add(new CudaEvent(context))];
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Copies an array to new memory. The copy is done after <see cref="Finish"/>.</summary>
    public DeviceMemory Upload(PackedBlocks blocks)
    {
        var memory = new DeviceMemory(_context, blocks.Bytes);
        try
        {
            var perHalf = _half / blocks.BlockBytes;
            for (var first = 0; first < blocks.Count; first += perHalf)
            {
                var count = Math.Min(perHalf, blocks.Count - first);
                Copy(blocks, first, count, memory);
            }

            return memory;
        }
        catch
        {
            // A copy to this memory may be under way.
            _ = Finished();
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Waits for all copies.</summary>
    public void Finish() => _stream.Synchronize();

    public void Dispose()
    {
        _ = Finished();
        _owned.Dispose();
    }

    private void Copy(PackedBlocks blocks, int first, int count, DeviceMemory memory)
    {
        var half = _next++ % 2;
        var bytes = count * blocks.BlockBytes;
        _copied[half].Synchronize();
        blocks.Fill(first, count, _staging.Part(half * _half, bytes));
        _stream.Upload(_staging, half * _half, bytes, memory, (long)first * blocks.BlockBytes);
        _copied[half].Record(_stream);
    }

    private bool Finished()
    {
        try
        {
            _stream.Synchronize();
            return true;
        }
        catch (CudaException)
        {
            return false;
        }
    }
}
