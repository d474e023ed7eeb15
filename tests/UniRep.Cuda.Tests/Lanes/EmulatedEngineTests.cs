using System.Diagnostics;

namespace UniRep.Compute.Tests.Lanes;

/// <summary>Whole runs with the kernels, on the CPU: the results are those of the engine for the CPU, within rounding.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class EmulatedEngineTests
{
    private const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;

    /// <summary>The errors of products in bfloat16, and of those in splits of it, relative to the largest of an array.</summary>
    private const double BFloat16 = 3e-2,
        Exact = 3e-5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>More sequences than the 128 rows and fewer; the kernel for few takes the last of many where it may.</summary>
    [Theory]
    [InlineData(24, 1, CudaPrecision.Exact, false, 90, Everything, 30)]
    [InlineData(24, 2, CudaPrecision.Exact, false, 90, Everything, 30)]
    [InlineData(24, 1, CudaPrecision.BFloat16, false, 90, Everything, 30)]
    [InlineData(24, 1, CudaPrecision.BFloat16, true, 90, Everything, 30)]
    [InlineData(64, 1, CudaPrecision.BFloat16, true, 90, Outputs.Vectors, 200)]
    [InlineData(64, 1, CudaPrecision.BFloat16, true, 80, Everything, 200)]
    [InlineData(72, 1, CudaPrecision.Exact, true, 90, Outputs.HiddenStates, 200)]
    [InlineData(40, 2, CudaPrecision.Exact, true, 80, Outputs.Logits, 200)]
    public void Results_are_those_of_the_CPU(
        int units,
        int layers,
        CudaPrecision precision,
        bool latency,
        int capability,
        Outputs outputs,
        int count
    )
    {
        var arrays = RandomModel.Arrays(units, layers);
        var sequences = Inputs.Mixed(3, count, 40);
        var options = new CudaOptions
        {
            Precision = precision,
            Latency = latency,
            Rows = 128,
        };
        using var engine = new CudaEngine(
            EmulatedDriver.Load(arrays, options, capability),
            options
        );
        var actual = new KeepingSink();
        var watch = Stopwatch.StartNew();
        using (var run = engine.Begin(new MemorySource(sequences), actual, outputs, null, Token))
        {
            Assert.True(run.Advance());
            Assert.InRange(run.DeviceTime, TimeSpan.FromTicks(1), watch.Elapsed);
        }

        var expected = OnTheCpu(arrays, sequences, outputs);
        Assert.Equal(sequences.Length, actual.Results.Count);
        for (var index = 0; index < sequences.Length; index++)
        {
            Assert.Equal(index, actual.Results[index].Index);
            AssertClose(
                expected[index],
                actual.Results[index].Result,
                precision == CudaPrecision.Exact ? Exact : BFloat16
            );
        }
    }

    [Fact]
    public async Task Sequences_may_join_a_continuous_run()
    {
        var arrays = RandomModel.Arrays(24, 1);
        var options = new CudaOptions { Precision = CudaPrecision.Exact };
        using var engine = new CudaEngine(EmulatedDriver.Load(arrays, options), options);
        await using var run = engine.BeginContinuous();
        foreach (var outputs in new[] { Outputs.Vectors, Everything })
        {
            var sequences = Inputs.Mixed(5, 10, 20);
            var receivers = sequences
                .Select(tokens => KeepingReceiver.Join(run, tokens, outputs))
                .ToArray();
            var expected = OnTheCpu(arrays, sequences, outputs);
            for (var index = 0; index < sequences.Length; index++)
            {
                AssertClose(expected[index], await receivers[index].Result.WaitAsync(Token), Exact);
            }
        }
    }

    private static FakeResult[] OnTheCpu(MlstmArrays arrays, byte[][] sequences, Outputs outputs)
    {
        using var engine = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        var sink = new KeepingSink();
        engine.Run(new MemorySource(sequences), sink, outputs, null, Token);
        return [.. sink.Results.Select(result => result.Result)];
    }

    /// <summary>Asserts that both have the same arrays, those that were asked for, with close entries.</summary>
    private static void AssertClose(FakeResult expected, FakeResult actual, double tolerance)
    {
        var pairs = Arrays(expected).Zip(Arrays(actual)).ToArray();
        Assert.All(pairs, pair => Assert.Equal(pair.First.Length, pair.Second.Length));
        foreach (var (wanted, found) in pairs.Where(pair => pair.First.Length > 0))
        {
            Tolerance.AssertCloseToLargest(wanted, found, tolerance);
        }
    }

    private static float[][] Arrays(FakeResult result) =>
        [result.Average, result.Final, result.Cell, result.HiddenStates, result.Logits];
}
