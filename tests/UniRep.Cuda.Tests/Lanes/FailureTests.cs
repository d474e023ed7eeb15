namespace UniRep.Compute.Tests.Lanes;

/// <summary>What becomes of runs that fail or are cancelled, and of the batches that they used.</summary>
public sealed class FailureTests
{
    private static readonly byte[][] Sequences = Inputs.Mixed(1, 200);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(5, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public void A_failure_of_the_device_ends_the_run_and_its_batch(int submission, bool inWait)
    {
        var device = new FakeDevice(new FakeSizes { FailAt = submission, FailInWait = inWait });
        using var engine = device.Engine();
        var sink = new KeepingSink();
        using (var run = engine.Begin(new MemorySource(Sequences), sink, cancellation: Token))
        {
            var first = Assert.Throws<CudaException>(() => run.Advance());
            Assert.Same(first, Assert.Throws<CudaException>(() => run.Advance()));
            Assert.Equal("CUDA_ERROR_LAUNCH_FAILED", first.Name);
        }

        Assert.True(device.Batch.IsDisposed);
        Assert.True(sink.Results.Count < Sequences.Length);
    }

    [Fact]
    public void An_exception_of_the_sink_ends_the_run_unchanged()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        var sink = new KeepingSink { OnWrite = _ => throw new InvalidTimeZoneException("sink") };
        Assert.Throws<InvalidTimeZoneException>(() =>
            engine.Run(new MemorySource(Sequences), sink, cancellation: Token)
        );
        Assert.Single(sink.Results);
        AssertRunsWell(engine);
    }

    [Fact]
    public void An_exception_of_the_source_ends_the_run_unchanged()
    {
        using var engine = new FakeDevice().Engine();
        var source = new SlowSource(
            Sequences,
            100,
            () => throw new InvalidTimeZoneException("source")
        );
        Assert.Throws<InvalidTimeZoneException>(() =>
            engine.Run(source, new KeepingSink(), cancellation: Token)
        );
        AssertRunsWell(engine);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_cancelled_run_leaves_its_batch_to_the_next_one(int latency)
    {
        var device = new FakeDevice(new FakeSizes { LatencySequences = latency });
        using var engine = device.Engine();
        using var cancellation = new CancellationTokenSource();
        var sink = new KeepingSink
        {
            OnWrite = count =>
            {
                if (count == 50)
                {
                    cancellation.Cancel();
                }
            },
        };
        Assert.ThrowsAny<OperationCanceledException>(() =>
            engine.Run(new MemorySource(Sequences), sink, cancellation: cancellation.Token)
        );
        Assert.Equal(50, sink.Results.Count);
        AssertRunsWell(engine);
        Assert.False(device.Batch.IsDisposed);
    }

    [Fact]
    public void A_run_that_is_cancelled_while_it_waits_for_its_source_ends()
    {
        using var engine = new FakeDevice().Engine();
        using var cancellation = new CancellationTokenSource();
        using var never = new ManualResetEventSlim();
        var token = Token;
        var sink = new KeepingSink
        {
            OnWrite = count =>
            {
                if (count == 9)
                {
                    cancellation.Cancel();
                }
            },
        };
        var source = new SlowSource(Sequences, 10, () => never.Wait(token));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            engine.Run(source, sink, cancellation: cancellation.Token)
        );
        Assert.Equal(9, sink.Results.Count);
        never.Set();
    }

    [Fact]
    public void A_paused_run_may_be_disposed()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        using (
            var run = engine.Begin(
                new MemorySource(Sequences),
                new KeepingSink(3),
                cancellation: Token
            )
        )
        {
            Assert.False(run.Advance());
        }

        AssertRunsWell(engine);
        Assert.False(device.Batch.IsDisposed);
    }

    private static void AssertRunsWell(CudaEngine engine)
    {
        var sink = new KeepingSink();
        engine.Run(new MemorySource(Sequences), sink, cancellation: Token);
        sink.AssertResults(Sequences);
    }
}
