using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Lanes;

/// <summary>The sizes of a batch without a device, and where it fails.</summary>
internal sealed record FakeSizes
{
    public int Rows { get; init; } = 16;
    public int SavedRows { get; init; } = 8;
    public int LatencySequences { get; init; }
    public int Steps { get; init; } = 8;
    public int Results { get; init; } = 16;
    public int LatencySteps { get; init; } = 200;

    /// <summary>The submission that fails, from 1; 0 for none.</summary>
    public int FailAt { get; init; }

    /// <summary>Whether waiting fails instead of the submission.</summary>
    public bool FailInWait { get; init; }
}

/// <summary>A batch that computes in managed code, and checks every call.</summary>
internal sealed class FakeBatch(FakeSizes sizes, Outputs outputs) : ICudaBatch
{
    private readonly FakeChunk[] _chunks = [new(), new()];
    private int _next;

    public int Rows => sizes.Rows;

    public int SavedRows => sizes.SavedRows;

    public int LatencySequences => sizes.LatencySequences;

    public int Units => FakeState.Units;

    public FakeSizes Sizes => sizes;

    public Outputs Outputs => outputs;

    /// <summary>The state of each row; null if it was never written.</summary>
    public FakeState?[] States { get; } = new FakeState?[sizes.Rows + sizes.SavedRows];

    /// <summary>The number of rows of all steps together.</summary>
    public long RowSteps { get; set; }

    /// <summary>The number of positions of all latency calls together.</summary>
    public long LatencyPositions { get; set; }

    public int Submissions { get; set; }

    public int Steps { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Every chunk that was waited for takes a millisecond.</summary>
    public TimeSpan DeviceTime { get; set; }

    public void RestartTime() => DeviceTime = TimeSpan.Zero;

    public ICudaChunk Begin()
    {
        Check(!IsDisposed, "The batch is disposed.");
        var chunk = _chunks[_next++ % 2];
        chunk.Begin(this);
        return chunk;
    }

    public void Dispose() => IsDisposed = true;

    public static void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new FakeViolationException(message);
        }
    }
}

/// <summary>A call that a device must not get.</summary>
internal sealed class FakeViolationException(string message) : Exception(message);
