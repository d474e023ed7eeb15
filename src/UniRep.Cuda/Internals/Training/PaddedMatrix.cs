namespace UniRep.Compute.Internals.Cuda;

/// <summary>Rows with padding that belong to a model, zero at first, and their gradient.</summary>
internal sealed class PaddedMatrix : IDisposable
{
    private readonly DisposalScope _owned = new();
    private readonly DeviceMemory _gradients;

    public PaddedMatrix(CudaStream stream, int rows, int columns)
    {
        var bytes = (long)rows * columns * sizeof(float);
        try
        {
            var values = _owned.Add(new DeviceMemory(stream.Context, bytes));
            _gradients = _owned.Add(new DeviceMemory(stream.Context, bytes));
            stream.Fill(values, 0);
            stream.Fill(_gradients, 0);
            Value = new DeviceMatrix(values.Address, columns);
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Gets the matrix.</summary>
    public DeviceMatrix Value { get; }

    /// <summary>Gets its gradient.</summary>
    public DeviceMatrix Gradient => Value with { Address = _gradients.Address };

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient(CudaStream stream) => stream.Fill(_gradients, 0);

    public void Dispose() => _owned.Dispose();
}
