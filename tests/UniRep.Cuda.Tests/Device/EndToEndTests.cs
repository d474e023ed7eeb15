using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests;

/// <summary>Runs of the engine over the emulated driver, against the engine of the CPU.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class EndToEndTests
{
    [Theory]
    [InlineData(64, 1, CudaPrecision.BFloat16, 90, Outputs.Vectors)]
    [InlineData(64, 1, CudaPrecision.BFloat16, 80, Outputs.HiddenStates | Outputs.Logits)]
    [InlineData(72, 1, CudaPrecision.Exact, 90, Outputs.HiddenStates)]
    [InlineData(40, 2, CudaPrecision.Exact, 80, Outputs.Logits)]
    public void A_run_gives_what_the_engine_of_the_cpu_gives(
        int units,
        int layers,
        CudaPrecision precision,
        int capability,
        Outputs outputs
    )
    {
        var arrays = Models.Random(units, layers);
        var random = new Random(3);
        var sequences = Scan.Random(4, Enumerable.Range(0, 150).Select(_ => random.Next(0, 40)));
        for (var i = 0; i < 30; i++)
        {
            sequences[i * 5] = [.. sequences[0].Take(10), .. sequences[i * 5]];
        }
        var options = new CudaOptions { Precision = precision, Rows = 128 };
        using var engine = new CudaEngine(
            EmulatedDriver.Load(arrays, options, capability),
            options
        );
        using var cpu = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        var expected = EngineRun.Of(cpu, sequences);
        var sink = new EngineRun.Sink();
        engine.Run(
            new EngineRun.Source(sequences),
            sink,
            outputs,
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(expected.Count, sink.Results.Count);
        var tolerance = precision == CudaPrecision.Exact ? 3e-5 : 3e-2;
        foreach (var (e, a) in expected.Zip(sink.Results))
        {
            Tolerance.AssertCloseToLargest(e.Average, a.Average, tolerance);
            Tolerance.AssertCloseToLargest(e.Final, a.Final, tolerance);
            Tolerance.AssertCloseToLargest(e.Cell, a.Cell, tolerance);
            if (outputs.HasFlag(Outputs.HiddenStates))
            {
                Tolerance.AssertCloseToLargest(e.HiddenStates, a.HiddenStates, tolerance);
            }
            if (outputs.HasFlag(Outputs.Logits))
            {
                Tolerance.AssertCloseToLargest(e.Logits, a.Logits, tolerance);
            }
        }
    }
}
