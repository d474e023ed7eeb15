namespace UniRep.Compute.Tests;

/// <summary>The packed arrays describe the model: plain loops over them agree with the engine of the CPU.</summary>
public sealed class PackedEmulationTests
{
    [Theory]
    [InlineData(64, 1, 10, CudaPrecision.BFloat16, 1e-2)]
    [InlineData(72, 1, 3, CudaPrecision.BFloat16, 1e-2)]
    [InlineData(100, 3, 10, CudaPrecision.BFloat16, 1e-2)]
    [InlineData(13, 3, 3, CudaPrecision.BFloat16, 1e-2)]
    [InlineData(64, 1, 10, CudaPrecision.Exact, 1e-5)]
    [InlineData(72, 1, 3, CudaPrecision.Exact, 1e-5)]
    [InlineData(100, 3, 10, CudaPrecision.Exact, 1e-5)]
    [InlineData(13, 3, 3, CudaPrecision.Exact, 1e-5)]
    public void A_few_steps_agree_with_the_engine_of_the_cpu(
        int units,
        int layers,
        int embedding,
        CudaPrecision precision,
        double tolerance
    )
    {
        var arrays = Models.Random(units, layers, embedding);
        byte[] tokens = [1, 7, 13, 22, 3, 9, 20, 5, 11];
        using var engine = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        var expected = Assert.Single(EngineRun.Of(engine, [tokens]));
        var (average, final, cell, logits) = new PackedEmulation(arrays, precision).Run([
            MlstmShape.Start,
            .. tokens,
        ]);
        Tolerance.AssertCloseToLargest(expected.Average, average, tolerance);
        Tolerance.AssertCloseToLargest(expected.Final, final, tolerance);
        Tolerance.AssertCloseToLargest(expected.Cell, cell, tolerance);
        Tolerance.AssertCloseToLargest(expected.Logits[^25..], logits, tolerance);
    }
}
