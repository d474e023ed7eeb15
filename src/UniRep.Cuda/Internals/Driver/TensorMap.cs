using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// How Hopper's copy unit reads a matrix of bfloat16 numbers in boxes. A kernel takes its 128 bytes by value: the address of
/// the argument is <see cref="Address"/>.
/// </summary>
internal sealed unsafe class TensorMap : IDisposable
{
    public const int Bytes = 128;
    private const int Alignment = 64;

    // The values of cuda.h, CUtensorMapDataType and the like.
    private const int BFloat16 = 9;
    private const int InterleaveNone = 0;
    private const int Swizzle128Bytes = 3;
    private const int L2Promotion256Bytes = 3;
    private const int OutOfBoundsZero = 0;

    private void* _address = NativeMemory.AlignedAlloc(Bytes, Alignment);

    private TensorMap() => NativeMemory.Clear(_address, Bytes);

    ~TensorMap() => Release();

    /// <summary>Gets the address of the map in the memory of the host, aligned to 64 bytes.</summary>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == null, this);
            return (nint)_address;
        }
    }

    /// <summary>Describes a matrix: 128-byte swizzle, boxes of whole rows, zeros out of bounds.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="address">The matrix on the device, aligned to 16 bytes.</param>
    /// <param name="columns">The numbers in a row.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="rowBytes">The distance between rows in bytes, a multiple of 16.</param>
    /// <param name="boxRows">The rows of a box, at most 256.</param>
    /// <param name="boxColumns">The columns of a box: at most 64, which are 128 bytes.</param>
    public static TensorMap Encode(
        CudaDriver driver,
        ulong address,
        ulong columns,
        ulong rows,
        ulong rowBytes,
        uint boxRows,
        uint boxColumns = 64
    )
    {
        if (!driver.HasTensorMaps)
        {
            throw new InvalidOperationException("The driver has no tensor maps.");
        }

        const uint Dimensions = 2;
        var sizes = stackalloc ulong[] { columns, rows };
        var strides = stackalloc ulong[] { rowBytes };
        var box = stackalloc uint[] { boxColumns, boxRows };
        var steps = stackalloc uint[] { 1, 1 };
        var map = new TensorMap();
        var code = driver.TensorMapEncodeTiled(
            map._address,
            BFloat16,
            Dimensions,
            address,
            sizes,
            strides,
            box,
            steps,
            InterleaveNone,
            Swizzle128Bytes,
            L2Promotion256Bytes,
            OutOfBoundsZero
        );
        if (code != 0)
        {
            map.Dispose();
        }

        driver.Check(
            code,
            "cuTensorMapEncodeTiled",
            $"{rows} rows of {columns} numbers, {rowBytes} bytes apart, in boxes of {boxRows} x {boxColumns}"
        );
        return map;
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        NativeMemory.AlignedFree(_address);
        _address = null;
    }
}
