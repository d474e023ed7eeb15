namespace UniRep.Compute.Tests.Lanes;

/// <summary>The batches of an engine, and how long they live.</summary>
public sealed class CudaEngineTests
{
    private static readonly byte[][] Sequences = Inputs.Mixed(9, 60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Runs_one_after_another_use_one_batch()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        Compute(engine);
        Compute(engine);
        Assert.False(device.Batch.IsDisposed);
    }

    [Fact]
    public void Each_set_of_outputs_has_a_batch()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        Compute(engine);
        Compute(engine, Outputs.Logits);
        Compute(engine);
        Assert.Equal(
            [Outputs.Vectors, Outputs.Logits],
            device.Batches.Select(batch => batch.Outputs)
        );
    }

    [Fact]
    public void Runs_at_the_same_time_have_a_batch_each()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        var sink = new KeepingSink(5);
        using var run = engine.Begin(new MemorySource(Sequences), sink, cancellation: Token);
        Assert.False(run.Advance());
        Compute(engine);
        sink.Room = int.MaxValue;
        Assert.True(run.Advance());
        sink.AssertResults(Sequences);
        Assert.Equal(2, device.Batches.Count);
    }

    [Fact]
    public async Task Runs_on_several_threads_do_not_disturb_each_other()
    {
        using var engine = new FakeDevice().Engine();
        await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => Compute(engine), Token))
        );
    }

    [Fact]
    public void A_batch_that_is_idle_makes_room_for_other_outputs()
    {
        var device = new FakeDevice { Memory = 16 };
        using var engine = device.Engine();
        Compute(engine);
        Compute(engine, Outputs.HiddenStates);
        Assert.Equal([true, false], device.Batches.Select(batch => batch.IsDisposed));
    }

    [Fact]
    public void A_run_beside_another_gets_fewer_rows_where_memory_is_scarce()
    {
        var device = new FakeDevice(new FakeSizes { Rows = 64, Results = 64 }) { Memory = 90 };
        using var engine = device.Engine();
        using var run = engine.Begin(
            new MemorySource(Sequences),
            new KeepingSink(5),
            cancellation: Token
        );
        Assert.False(run.Advance());
        Compute(engine);
        Assert.Equal([64, 16], device.Batches.Select(batch => batch.Rows));
    }

    [Fact]
    public void A_run_without_memory_may_go_on_later()
    {
        var device = new FakeDevice { Memory = 15 };
        using var engine = device.Engine();
        var sink = new KeepingSink();
        using var run = engine.Begin(new MemorySource(Sequences), sink, cancellation: Token);
        var error = Assert.Throws<CudaException>(() => run.Advance());
        Assert.True(error.IsOutOfMemory);
        device.Memory = 16;
        Assert.True(run.Advance());
        sink.AssertResults(Sequences);
    }

    [Fact]
    public void A_disposed_engine_frees_its_memory_when_its_runs_have_ended()
    {
        var device = new FakeDevice();
        var engine = device.Engine();
        var sink = new KeepingSink(5);
        var run = engine.Begin(new MemorySource(Sequences), sink, cancellation: Token);
        Assert.False(run.Advance());
        engine.Dispose();
        Assert.False(device.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => engine.BeginContinuous());
        run.Dispose();
        Assert.True(device.IsDisposed);
        Assert.True(device.Batch.IsDisposed);
    }

    [Fact]
    public void A_full_sink_needs_a_run_that_pauses()
    {
        using var engine = new FakeDevice().Engine();
        Assert.Throws<InvalidOperationException>(() =>
            engine.Run(new MemorySource(Sequences), new KeepingSink(5), cancellation: Token)
        );
    }

    private static void Compute(CudaEngine engine, Outputs outputs = Outputs.Vectors)
    {
        var sink = new KeepingSink();
        engine.Run(new MemorySource(Sequences), sink, outputs, null, Token);
        sink.AssertResults(Sequences, outputs);
    }
}
