using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// A matrix on the device as the argument of a step kernel: a tensor map for each height of a tile, or its address. Both are
/// made once and lie in native memory, ready for a launch.
/// </summary>
internal sealed unsafe class MatrixOperand : IDisposable
{
    private readonly TensorMap?[] _maps;
    private ulong* _address;

    /// <param name="memory">The matrix.</param>
    /// <param name="rows">Its number of rows.</param>
    /// <param name="width">The number of bfloat16 numbers in a row.</param>
    /// <param name="heights">The rows of the tiles that are read; empty for kernels that take the address.</param>
    public MatrixOperand(DeviceMemory memory, int rows, int width, ReadOnlySpan<int> heights)
    {
        _maps = new TensorMap?[heights.IsEmpty ? 0 : heights[^1] / 64 + 1];
        foreach (var height in heights)
        {
            _maps[height / 64] = TensorMap.Encode(
                memory.Context.Driver,
                memory.Address,
                (ulong)width,
                (ulong)rows,
                (ulong)width * sizeof(ushort),
                (uint)height
            );
        }

        _address = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *_address = memory.Address;
    }

    ~MatrixOperand() => Release();

    /// <summary>Gives the address of the argument for tiles of a height.</summary>
    public nint Argument(int height) =>
        _maps.Length == 0 ? (nint)_address : _maps[height / 64]!.Address;

    public void Dispose()
    {
        foreach (var map in _maps)
        {
            map?.Dispose();
        }

        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        NativeMemory.Free(_address);
        _address = null;
    }
}
