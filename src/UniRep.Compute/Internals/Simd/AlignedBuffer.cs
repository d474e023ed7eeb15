using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Products;

namespace UniRep.Compute.Internals.Simd;

/// <summary>Floats outside the managed heap, aligned for vectors, or for huge pages where large.</summary>
internal sealed unsafe partial class AlignedBuffer : IDisposable
{
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;
    private float* _pointer;

    /// <param name="length">How many floats.</param>
    /// <param name="cleared">Whether they are zero at first, rather than anything.</param>
    public AlignedBuffer(long length, bool cleared = true)
    {
        Length = length;
        var bytes = (nuint)length * sizeof(float);
        var large = bytes >= 4 * HugePage;
        // The kernels prefetch a little past the end.
        var size = (bytes + 4096 + HugePage - 1) / HugePage * HugePage;
        _pointer = (float*)
            NativeMemory.AlignedAlloc(large ? size : bytes + 4096, large ? HugePage : 64);
        if (large && OperatingSystem.IsLinux())
        {
            // Refused advice costs only speed.
            _ = Advise(_pointer, size, AdviseHugePages);
        }

        if (cleared)
        {
            NativeMemory.Clear(_pointer, bytes);
        }
    }

    ~AlignedBuffer() => Release();

    public long Length { get; }

    public float* Pointer => _pointer;

    public Span<float> Span => new(_pointer, checked((int)Length));

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);

    private void Release()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
