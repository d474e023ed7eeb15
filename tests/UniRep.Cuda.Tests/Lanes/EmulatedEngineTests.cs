namespace UniRep.Compute.Tests.Lanes;

/// <summary>Whole runs with the kernels, on the CPU: the results are those of the engine for the CPU, within rounding.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class EmulatedEngineTests
{
    private const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, CudaPrecision.Exact, false, 3e-4)]
    [InlineData(2, CudaPrecision.Exact, false, 3e-4)]
    [InlineData(1, CudaPrecision.BFloat16, false, 0.05)]
    [InlineData(1, CudaPrecision.BFloat16, true, 0.05)]
    public void Results_are_those_of_the_CPU(
        int layers,
        CudaPrecision precision,
        bool latency,
        double tolerance
    )
    {
        var arrays = RandomModel.Arrays(24, layers);
        var sequences = Inputs.Mixed(3, 30, 24);
        var options = new CudaOptions
        {
            Precision = precision,
            Latency = latency,
            Rows = 128,
        };
        using var engine = new CudaEngine(EmulatedDriver.Load(arrays, options), options);
        using var cpu = MlstmEngine.Create(arrays);
        var (expected, actual) = (new KeepingSink(), new KeepingSink());
        cpu.Run(new MemorySource(sequences), expected, Everything, null, Token);
        engine.Run(new MemorySource(sequences), actual, Everything, null, Token);
        Assert.Equal(sequences.Length, actual.Results.Count);
        for (var index = 0; index < sequences.Length; index++)
        {
            AssertClose(expected.Results[index].Result, actual.Results[index].Result, tolerance);
        }
    }

    [Fact]
    public async Task Sequences_may_join_a_continuous_run()
    {
        var arrays = RandomModel.Arrays(24, 1);
        var options = new CudaOptions { Precision = CudaPrecision.Exact };
        using var engine = new CudaEngine(EmulatedDriver.Load(arrays, options), options);
        using var cpu = MlstmEngine.Create(arrays);
        await using var run = engine.BeginContinuous();
        foreach (var outputs in new[] { Outputs.Vectors, Everything })
        {
            var sequences = Inputs.Mixed(5, 10, 20);
            var receivers = sequences
                .Select(tokens => KeepingReceiver.Join(run, tokens, outputs))
                .ToArray();
            var expected = new KeepingSink();
            cpu.Run(new MemorySource(sequences), expected, outputs, null, Token);
            for (var index = 0; index < sequences.Length; index++)
            {
                var actual = await receivers[index].Result.WaitAsync(Token);
                AssertClose(expected.Results[index].Result, actual, 3e-4);
            }
        }
    }

    private static void AssertClose(FakeResult expected, FakeResult actual, double tolerance)
    {
        AssertClose(expected.Average, actual.Average, tolerance);
        AssertClose(expected.Final, actual.Final, tolerance);
        AssertClose(expected.Cell, actual.Cell, tolerance);
        AssertClose(expected.HiddenStates, actual.HiddenStates, tolerance);
        AssertClose(expected.Logits, actual.Logits, tolerance);
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var at = 0; at < expected.Length; at++)
        {
            Assert.InRange(
                Math.Abs(expected[at] - actual[at]),
                0,
                tolerance * Math.Max(1, Math.Abs(expected[at]))
            );
        }
    }
}
