using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Lanes;

/// <summary>A model without a device, which remembers its batches.</summary>
internal sealed class FakeDevice(FakeSizes? sizes = null) : ICudaModel
{
    private const int FewestRows = 16;

    /// <summary>Gets or sets the rows of all batches for which there is memory.</summary>
    public int Memory { get; set; } = int.MaxValue;

    public List<FakeBatch> Batches { get; } = [];

    public bool IsDisposed { get; private set; }

    public MlstmShape Shape { get; } = new(FakeState.Units, 1);

    public CudaDevice Device { get; } =
        new()
        {
            Index = 0,
            Name = "fake",
            ComputeCapability = new Version(9, 0),
            MemoryBytes = 1,
            FreeBytes = 1,
            Multiprocessors = 1,
            ClockHertz = 1,
            NominalPeak = null,
            DriverVersion = new Version(13, 0),
            Unusable = null,
        };

    public FakeBatch Batch => Assert.Single(Batches);

    public CudaEngine Engine() => new(this, new CudaOptions());

    public ICudaBatch CreateBatch(int rows, Outputs outputs)
    {
        FakeBatch.Check(!IsDisposed, "The model is disposed.");
        var used = Batches.Where(batch => !batch.IsDisposed).Sum(batch => (long)batch.Rows);
        var actual = sizes ?? new FakeSizes();
        while (used + actual.Rows > Memory)
        {
            if (actual.Rows <= FewestRows)
            {
                throw new CudaException("cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "too large");
            }

            actual = actual with { Rows = actual.Rows / 2 };
        }

        var batch = new FakeBatch(actual, outputs);
        Batches.Add(batch);
        return batch;
    }

    public CudaPeak MeasurePeak()
    {
        FakeBatch.Check(!IsDisposed, "The model is disposed.");
        return new CudaPeak
        {
            Kernel = null,
            Rates = [],
            Missing = "it is a fake",
        };
    }

    public void Dispose()
    {
        FakeBatch.Check(
            Batches.TrueForAll(batch => batch.IsDisposed),
            "The model is disposed before a batch."
        );
        IsDisposed = true;
    }
}
