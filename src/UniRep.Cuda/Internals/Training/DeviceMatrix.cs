namespace UniRep.Compute.Internals.Cuda;

/// <summary>Rows of float32 numbers in the memory of the device.</summary>
/// <param name="Address">Where the first row begins.</param>
/// <param name="Pitch">The numbers from a row to the next.</param>
internal readonly record struct DeviceMatrix(ulong Address, int Pitch)
{
    /// <summary>Gives the rows from one on.</summary>
    public DeviceMatrix From(int row) => this with { Address = Address + RowBytes * (ulong)row };

    private ulong RowBytes => (ulong)Pitch * sizeof(float);
}
