using UniRep.Compute.Internals.Training;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>h and c of every layer, which go from one segment to the next, or wait until a segment is computed again.</summary>
internal sealed class CarriedRows : IDisposable
{
    private readonly DeviceMemory _memory;
    private readonly int _layers;
    private readonly int _lanes;
    private readonly int _units;

    public CarriedRows(CudaContext context, int layers, int lanes, int units)
    {
        (_layers, _lanes, _units) = (layers, lanes, units);
        _memory = new DeviceMemory(context, 2L * layers * lanes * units * sizeof(float));
    }

    /// <summary>Sets all states to zero.</summary>
    public void Clear(CudaStream stream) => stream.Fill(_memory, 0);

    /// <summary>Takes the states of the first lanes from others.</summary>
    public void CopyFrom(
        CarriedRows other,
        CudaStream stream,
        CudaTrainingKernels kernels,
        int lanes
    )
    {
        for (var layer = 0; layer < _layers; layer++)
        {
            kernels.Copy(stream, other.H(layer), H(layer), lanes);
            kernels.Copy(stream, other.C(layer), C(layer), lanes);
        }
    }

    /// <summary>Takes the states after a segment.</summary>
    public void TakeFrom(
        SegmentTrace trace,
        Segment segment,
        CudaStream stream,
        CudaTrainingKernels kernels
    )
    {
        var last = segment.Steps - 1;
        var row = SegmentTrace.StateRow(segment, last);
        for (var layer = 0; layer < _layers; layer++)
        {
            kernels.Copy(stream, trace[layer].H.From(row), H(layer), segment.Active(last));
            kernels.Copy(stream, trace[layer].C.From(row), C(layer), segment.Active(last));
        }
    }

    /// <summary>Gives a segment the states before it.</summary>
    public void GiveTo(
        SegmentTrace trace,
        Segment segment,
        CudaStream stream,
        CudaTrainingKernels kernels
    )
    {
        for (var layer = 0; layer < _layers; layer++)
        {
            kernels.Copy(stream, H(layer), trace[layer].H, segment.Active(0));
            kernels.Copy(stream, C(layer), trace[layer].C, segment.Active(0));
        }
    }

    public void Dispose() => _memory.Dispose();

    private DeviceMatrix H(int layer) =>
        new DeviceMatrix(_memory.Address, _units).From(2 * layer * _lanes);

    private DeviceMatrix C(int layer) => H(layer).From(_lanes);
}
