using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Simd;

/// <summary>A buffer of floats outside the managed heap, aligned for vectors. A large one is aligned for huge pages.</summary>
internal sealed unsafe partial class AlignedBuffer : IDisposable
{
    private const nuint HugePage = 2 << 20;
    private const int AdviseHugePages = 14;
    private float* _pointer;

    /// <param name="length">The number of floats.</param>
    /// <param name="cleared">Whether to set them to zero.</param>
    public AlignedBuffer(long length, bool cleared = true)
    {
        Length = length;
        var bytes = (nuint)length * sizeof(float);
        var large = bytes >= 4 * HugePage;
        // Kernels prefetch up to 4096 bytes past the end.
        var size = (bytes + 4096 + HugePage - 1) / HugePage * HugePage;
        _pointer = (float*)
            NativeMemory.AlignedAlloc(large ? size : bytes + 4096, large ? HugePage : 64);
        if (large && OperatingSystem.IsLinux())
        {
            // If the system refuses, only speed is lost.
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
