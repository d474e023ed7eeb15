namespace UniRep.Compute.Tests.Lanes;

/// <summary>Sequences that join a run at any time.</summary>
public sealed class ContinuousTests
{
    private const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;

    /// <summary>A sequence that takes much longer than any test.</summary>
    private static readonly byte[] Endless = new byte[50_000_000];

    private static readonly ContinuousRunOptions Roomy = new()
    {
        MaximalWaitingResidues = long.MaxValue,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<Outputs, int> OutputsAndLatency =>
        new()
        {
            { Outputs.Vectors, 0 },
            { Outputs.Vectors, 8 },
            { Everything, 0 },
            { Everything, 8 },
            { Outputs.Logits, 8 },
        };

    [Theory]
    [MemberData(nameof(OutputsAndLatency))]
    public async Task Every_result_is_that_of_its_sequence(Outputs outputs, int latency)
    {
        var sequences = Inputs.Mixed(2, 120);
        using var engine = new FakeDevice(new FakeSizes { LatencySequences = latency }).Engine();
        await using var run = engine.BeginContinuous(Roomy);
        var receivers = sequences
            .Select(tokens => KeepingReceiver.Join(run, tokens, outputs))
            .ToArray();
        for (var index = 0; index < sequences.Length; index++)
        {
            FakeResult.AssertEqual(
                FakeResult.Of(sequences[index], outputs),
                await receivers[index].Result.WaitAsync(Token)
            );
        }

        await run.DrainAsync();
        Assert.Equal(0, run.Statistics.Lanes);
        Assert.Equal(0, run.Statistics.Unfinished);
        Assert.Equal(sequences.Sum(tokens => tokens.Length + 1L), run.Statistics.Positions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Threads_join_and_cancel_as_they_like(int latency)
    {
        Outputs[] kinds = [Outputs.Vectors, Outputs.HiddenStates, Outputs.Logits, Everything];
        using var engine = new FakeDevice(
            new FakeSizes
            {
                Rows = 20,
                Results = 20,
                LatencySequences = latency,
            }
        ).Engine();
        await using var run = engine.BeginContinuous(Roomy);
        var threads = Enumerable.Range(0, 4).Select(thread => Task.Run(() => Work(thread), Token));
        var counts = await Task.WhenAll(threads);
        await run.DrainAsync();
        Assert.Equal(4 * 150, counts.Sum());
        Assert.Equal(0, run.Statistics.Lanes);

        async Task<int> Work(int thread)
        {
            var random = new Random(thread);
            var (count, open) = (0, new List<Func<Task>>());
            foreach (var tokens in Inputs.Mixed(thread, 150))
            {
                var outputs = kinds[random.Next(4)];
                var cancellation = new CancellationTokenSource();
                var cancels = random.Next(4) == 0;
                var receiver = KeepingReceiver.JoinAs(
                    $"client {thread}",
                    run,
                    tokens,
                    outputs,
                    cancellation.Token
                );
                open.Add(() => cancels ? End(receiver.Result) : Check(receiver, tokens, outputs));
                if (cancels)
                {
                    cancellation.CancelAfter(random.Next(3));
                }

                if (random.Next(8) == 0)
                {
                    await Task.Delay(random.Next(3), Token);
                }
            }

            foreach (var check in open)
            {
                await check();
                count++;
            }

            return count;
        }

        static async Task Check(KeepingReceiver receiver, byte[] tokens, Outputs outputs) =>
            FakeResult.AssertEqual(FakeResult.Of(tokens, outputs), await receiver.Result);

        // It ends with a result or is cancelled, whichever comes first.
        static async Task End(Task result) =>
            await result.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [Fact]
    public async Task A_cancelled_sequence_leaves_its_row()
    {
        using var engine = new FakeDevice(new FakeSizes { Rows = 1, Results = 1 }).Engine();
        await using var run = engine.BeginContinuous(Roomy);
        using var cancellation = new CancellationTokenSource();
        var endless = KeepingReceiver.JoinAs("", run, Endless, Outputs.Vectors, cancellation.Token);
        var next = KeepingReceiver.Join(run, [1, 2, 3]);
        await cancellation.CancelAsync();
        FakeResult.AssertEqual(
            FakeResult.Of([1, 2, 3], Outputs.Vectors),
            await next.Result.WaitAsync(Token)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.Result);
    }

    [Fact]
    public async Task Sequences_overtake_one_that_is_under_way()
    {
        using var engine = new FakeDevice(new FakeSizes { LatencySequences = 8 }).Engine();
        var run = engine.BeginContinuous(Roomy);
        var endless = KeepingReceiver.Join(run, Endless);
        foreach (var outputs in new[] { Outputs.Vectors, Everything })
        {
            var result = await KeepingReceiver.Join(run, [4, 5], outputs).Result.WaitAsync(Token);
            FakeResult.AssertEqual(FakeResult.Of([4, 5], outputs), result);
        }

        await run.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless.Result);
    }

    [Fact]
    public async Task A_failure_of_the_device_reaches_every_receiver()
    {
        using var engine = new FakeDevice(new FakeSizes { FailAt = 3 }).Engine();
        await using var run = engine.BeginContinuous(Roomy);
        KeepingReceiver[] receivers =
        [
            .. Enumerable.Range(0, 40).Select(_ => new KeepingReceiver()),
        ];
        SequenceRequest[] requests =
        [
            .. receivers.Select(
                (receiver, index) =>
                    new SequenceRequest(new byte[100 + index], Outputs.Vectors, receiver)
            ),
        ];
        Assert.True(run.TryJoin(requests, "", out _));
        foreach (var receiver in receivers)
        {
            await Assert.ThrowsAsync<CudaException>(() => receiver.Result.WaitAsync(Token));
        }
    }

    [Fact]
    public async Task Outputs_without_memory_fail_alone()
    {
        var device = new FakeDevice { Memory = 16 };
        using var engine = device.Engine();
        await using var run = engine.BeginContinuous(Roomy);
        var states = KeepingReceiver.Join(run, [1, 2], Outputs.HiddenStates);
        var vectors = KeepingReceiver.Join(run, [1, 2]);
        var error = await Assert.ThrowsAsync<CudaException>(() => states.Result.WaitAsync(Token));
        Assert.True(error.IsOutOfMemory);
        FakeResult.AssertEqual(
            FakeResult.Of([1, 2], Outputs.Vectors),
            await vectors.Result.WaitAsync(Token)
        );
    }

    [Fact]
    public async Task A_disposed_run_leaves_its_batches_to_the_next_one()
    {
        var device = new FakeDevice();
        using var engine = device.Engine();
        foreach (var outputs in new[] { Everything, Everything })
        {
            await using var run = engine.BeginContinuous(Roomy);
            await KeepingReceiver.Join(run, [7, 8], outputs).Result.WaitAsync(Token);
        }

        Assert.Equal(2, device.Batches.Count);
    }
}
