namespace UniRep.Compute.Tests.Lanes;

/// <summary>Runs over a batch in managed code: every result is that of its sequence, to the last bit.</summary>
public sealed class CudaRunTests
{
    private const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, int, int, int, Outputs> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int, int, Outputs>();
            for (var seed = 0; seed < 12; seed++)
            {
                cases.Add(seed, 1 + (seed * 7 % 40), seed % 5 * 2, 0, Outputs.Vectors);
                cases.Add(seed, 1 + (seed * 11 % 70), seed % 4, 8, Outputs.Vectors);
                cases.Add(seed, 1 + (seed * 5 % 90), seed % 3 * 4, seed % 2 * 3, Everything);
            }

            cases.Add(20, 130, 300, 8, Outputs.HiddenStates);
            cases.Add(21, 200, 0, 0, Outputs.Logits);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_result_is_that_of_its_sequence(
        int seed,
        int rows,
        int savedRows,
        int latency,
        Outputs outputs
    )
    {
        var sequences = Inputs.Mixed(seed, 20 + (seed * 37));
        var device = new FakeDevice(
            new FakeSizes
            {
                Rows = rows,
                SavedRows = savedRows,
                Results = rows,
                LatencySequences = latency,
                Steps = 1 + (seed * 13 % 64),
                LatencySteps = 40 + (seed % 3 * 50),
            }
        );
        using var engine = device.Engine();
        var sink = new KeepingSink();
        engine.Run(new MemorySource(sequences), sink, outputs, null, Token);
        sink.AssertResults(sequences, outputs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Every_result_of_a_scan_is_that_of_its_variant(int latency)
    {
        var sequences = Inputs.Scan(60);
        var device = new FakeDevice(
            new FakeSizes
            {
                Rows = 100,
                Results = 100,
                SavedRows = 12,
                Steps = 16,
                LatencySequences = latency,
            }
        );
        using var engine = device.Engine();
        var sink = new KeepingSink();
        engine.Run(new MemorySource(sequences), sink, Everything, null, Token);
        sink.AssertResults(sequences, Everything);
    }

    [Fact]
    public void A_run_tells_the_time_of_the_device_that_is_its_own()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        for (var turn = 0; turn < 2; turn++)
        {
            var before = device.Batches.Sum(batch => batch.Submissions);
            using var run = engine.Begin(
                new MemorySource(Inputs.Mixed(1, 40)),
                new KeepingSink(),
                cancellation: Token
            );
            Assert.Equal(TimeSpan.Zero, run.DeviceTime);
            Assert.True(run.Advance());
            var submissions = device.Batch.Submissions - before;
            Assert.True(submissions > 1);
            Assert.Equal(submissions, run.DeviceTime.TotalMilliseconds);
            run.Dispose();
            device.Batch.DeviceTime = TimeSpan.FromDays(1);
            Assert.Equal(submissions, run.DeviceTime.TotalMilliseconds);
        }
    }

    [Fact]
    public void An_empty_input_needs_no_batch()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        var sink = new KeepingSink();
        engine.Run(new MemorySource([]), sink, Outputs.Vectors, null, Token);
        Assert.Empty(sink.Results);
        Assert.Empty(device.Batches);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 8)]
    [InlineData(1, 8)]
    public void A_sequence_may_have_one_residue_or_none(int length, int latency)
    {
        byte[][] sequences =
        [
            [.. Enumerable.Repeat((byte)5, length)],
        ];
        using var engine = new FakeDevice(new FakeSizes { LatencySequences = latency }).Engine();
        var sink = new KeepingSink();
        engine.Run(new MemorySource(sequences), sink, Everything, null, Token);
        sink.AssertResults(sequences, Everything);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void The_first_token_is_that_of_the_source(int latency)
    {
        var sequences = Inputs.Mixed(3, 30);
        using var engine = new FakeDevice(new FakeSizes { LatencySequences = latency }).Engine();
        var sink = new KeepingSink();
        engine.Run(
            new MemorySource(sequences, MlstmShape.Stop),
            sink,
            Outputs.Vectors,
            null,
            Token
        );
        sink.AssertResults(sequences, Outputs.Vectors, MlstmShape.Stop);
    }

    [Fact]
    public void A_token_that_does_not_exist_ends_the_run()
    {
        using var engine = new FakeDevice().Engine();
        var error = Assert.Throws<ArgumentException>(() =>
            engine.Run(
                new MemorySource([
                    [26],
                ]),
                new KeepingSink(),
                cancellation: Token
            )
        );
        Assert.Equal("Sequence 0 has a token above 25.", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Progress_counts_every_residue_of_the_input(int latency)
    {
        var sequences = Inputs.Mixed(4, 200);
        using var engine = new FakeDevice(new FakeSizes { LatencySequences = latency }).Engine();
        var progress = new LastProgress();
        engine.Run(new MemorySource(sequences), new KeepingSink(), Everything, progress, Token);
        Assert.Equal(sequences.Sum(tokens => (long)tokens.Length), progress.Last);
    }

    [Fact]
    public void A_slow_source_delays_no_result_that_is_there()
    {
        var sequences = Inputs.Mixed(5, 40);
        var sink = new KeepingSink();
        using var written = new SemaphoreSlim(0);
        sink.OnWrite = _ => written.Release();
        using var engine = new FakeDevice().Engine();
        var source = new SlowSource(
            sequences,
            11,
            () =>
            {
                // Ten sequences were read since the last pause, and eleven at the later pauses.
                for (var result = 0; result < 10; result++)
                {
                    Assert.True(written.Wait(TimeSpan.FromMinutes(1)));
                }
            }
        );
        engine.Run(source, sink, Everything, null, Token);
        sink.AssertResults(sequences, Everything);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 0)]
    [InlineData(7, 8)]
    public void A_run_pauses_while_its_sink_is_full(int room, int latency)
    {
        var sequences = Inputs.Mixed(6, 150);
        var sink = new KeepingSink(room);
        using var engine = new FakeDevice(new FakeSizes { LatencySequences = latency }).Engine();
        using var run = engine.Begin(
            new MemorySource(sequences),
            sink,
            Everything,
            cancellation: Token
        );
        var pauses = 0;
        while (!run.Advance())
        {
            pauses++;
            Assert.Equal(sink.Room, sink.Results.Count);
            sink.Room += room;
        }

        sink.AssertResults(sequences, Everything);
        Assert.Equal(sequences.Length / room, pauses);
    }

    private sealed class LastProgress : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
