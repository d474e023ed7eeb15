using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Training;

/// <summary>
/// Training with the kernels, on the CPU: losses and gradients are those of the trainer for the CPU, which other tests hold
/// against PyTorch.
/// </summary>
[Collection(EmulatedDriver.Name)]
public sealed class CudaTrainerTests
{
    /// <summary>The errors of gradients, relative to the largest of an array.</summary>
    private const double BFloat16 = 6e-2,
        Exact = 1e-4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Units that are no multiple of 64 or 4, several layers, an embedding of any width, windows, many segments.</summary>
    [Theory]
    [InlineData(24, 1, 10, CudaPrecision.Exact, 0)]
    [InlineData(21, 2, 7, CudaPrecision.Exact, 0)]
    [InlineData(70, 1, 26, CudaPrecision.Exact, 9)]
    [InlineData(24, 3, 10, CudaPrecision.Exact, 5)]
    [InlineData(24, 2, 10, CudaPrecision.BFloat16, 0)]
    public void The_gradient_is_that_of_the_CPU(
        int units,
        int layers,
        int embedding,
        CudaPrecision precision,
        int window
    )
    {
        var arrays = Models.Random(units, layers, embedding);
        var batch = TrainingBatches.Random(9, 20);
        using var expected = MlstmTrainer.Create(arrays, new TrainerOptions { Threads = 1 });
        using var actual = Create(arrays, TrainingBatches.Small, precision);
        foreach (var mean in Enum.GetValues<LossMean>())
        {
            var wanted = expected.Gradient(batch, mean, window, Token);
            var found = actual.Gradient(batch, mean, window, Token);
            var tolerance = precision == CudaPrecision.Exact ? Exact : BFloat16;
            Assert.Equal(wanted.Tokens, found.Tokens);
            Tolerance.AssertNear(wanted.Loss, found.Loss, tolerance * wanted.Loss);
            Tolerance.AssertNear(wanted.Nats, found.Nats, tolerance * wanted.Nats);
            TrainingBatches.AssertClose(expected.Gradients(), actual.Gradients(), tolerance);
            Assert.Equal(found.Loss, actual.Evaluate(batch, mean, Token).Loss, 1e-9);
        }
    }

    /// <summary>Large tiles, and products that are cut into parts: a model with more than one tile of columns.</summary>
    [Theory]
    [InlineData(CudaPrecision.Exact, 1)]
    [InlineData(CudaPrecision.Exact, 64)]
    [InlineData(CudaPrecision.BFloat16, 1)]
    public void Tiles_and_parts_change_no_gradient_beyond_rounding(
        CudaPrecision precision,
        int multiprocessors
    )
    {
        var arrays = Models.Random(140, 1);
        var batch = TrainingBatches.Random(70, 3);
        using var expected = MlstmTrainer.Create(arrays, new TrainerOptions { Threads = 1 });
        using var actual = Create(arrays, new TrainingLimits(), precision, multiprocessors);
        expected.Gradient(batch, cancellation: Token);
        actual.Gradient(batch, cancellation: Token);
        TrainingBatches.AssertClose(
            expected.Gradients(),
            actual.Gradients(),
            precision == CudaPrecision.Exact ? Exact : BFloat16
        );
    }

    private static CudaTrainer Create(
        MlstmArrays arrays,
        TrainingLimits limits,
        CudaPrecision precision,
        int multiprocessors = 16
    ) =>
        EmulatedDriver.Train(
            TrainerState.Start(arrays),
            new TrainerOptions(),
            new CudaOptions { Precision = precision },
            limits,
            multiprocessors
        );
}
