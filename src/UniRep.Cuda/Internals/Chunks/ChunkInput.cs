using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// What a chunk tells the device: words, pairs of rows, tokens. It is gathered in pinned memory and copied in one go. It grows
/// where a chunk needs more than before.
/// </summary>
internal sealed unsafe class ChunkInput : IDisposable
{
    /// <summary>Every part begins at a multiple of this.</summary>
    private const int Alignment = 16;

    private readonly CudaContext _context;
    private DeviceMemory _device;
    private PinnedMemory<byte> _host;
    private int _length;

    /// <param name="context">The context; made current.</param>
    /// <param name="bytes">The room at first.</param>
    public ChunkInput(CudaContext context, int bytes)
    {
        _context = context;
        _host = new PinnedMemory<byte>(context, bytes);
        try
        {
            _device = new DeviceMemory(context, bytes);
        }
        catch
        {
            _host.Dispose();
            throw;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _length = 0;

    /// <summary>Adds a part.</summary>
    /// <returns>Its offset.</returns>
    public int Add<T>(ReadOnlySpan<T> part)
        where T : unmanaged
    {
        var offset = Reserve(checked(part.Length * sizeof(T)));
        MemoryMarshal.AsBytes(part).CopyTo(_host.Span[offset..]);
        return offset;
    }

    /// <summary>Adds a part that the caller writes through <see cref="Part"/>.</summary>
    /// <returns>Its offset.</returns>
    public int Reserve(int bytes)
    {
        var offset = CudaShape.RoundUp(_length, Alignment);
        var length = checked(offset + bytes);
        if (length > _host.Count)
        {
            Grow(length);
        }

        _length = length;
        return offset;
    }

    /// <summary>Gives a part in the memory of the host, until the next part is added.</summary>
    public Span<T> Part<T>(int offset, int count)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_host.Span.Slice(offset, checked(count * sizeof(T))));

    /// <summary>Adds the copy to a stream. Nothing may be under way that reads the parts of an earlier copy.</summary>
    public void Upload(CudaStream stream)
    {
        if (_device.Bytes < _host.Count)
        {
            _device.Dispose();
            _device = new DeviceMemory(_context, _host.Count);
        }

        if (_length > 0)
        {
            stream.Upload(_host, 0, _length, _device);
        }
    }

    /// <summary>Gives the device address of a part, after <see cref="Upload"/>.</summary>
    public ulong Address(int offset) => _device.Address + (ulong)offset;

    public void Dispose()
    {
        _host.Dispose();
        _device.Dispose();
    }

    private void Grow(int length)
    {
        var larger = new PinnedMemory<byte>(
            _context,
            (int)Math.Min(Array.MaxLength, Math.Max(length, 2L * _host.Count))
        );
        _host.Span[.._length].CopyTo(larger.Span);
        _host.Dispose();
        _host = larger;
    }
}
