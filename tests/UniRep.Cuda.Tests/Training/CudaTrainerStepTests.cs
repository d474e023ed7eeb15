using UniRep.Compute.Internals.Cuda;

namespace UniRep.Compute.Tests.Training;

/// <summary>Steps of Adam, what a trainer saves, and what memory and cancellation change.</summary>
[Collection(EmulatedDriver.Name)]
public sealed class CudaTrainerStepTests
{
    private static readonly ReadOnlyMemory<byte>[] Batch = TrainingBatches.Random(7, 14);

    private static readonly AdamStep Step = new()
    {
        Rate = 0.01,
        MaximalNorm = 0.5,
        WeightDecay = 0.1,
        AverageDecay = 0.5,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Both use the gradients of their own, which differ in rounding.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_are_those_of_the_CPU(bool decaysAll)
    {
        var options = new TrainerOptions { Averages = true, Threads = 1 };
        var arrays = Models.Random(21, 2, 7);
        using var expected = MlstmTrainer.Create(arrays, options);
        using var actual = TrainingBatches.Start(arrays, averages: true);
        for (var step = 0; step < 3; step++)
        {
            expected.Gradient(Batch, cancellation: Token);
            actual.Gradient(Batch, cancellation: Token);
            var norm = expected.Update(Step with { DecaysAll = decaysAll });
            Tolerance.AssertNear(norm, actual.Update(Step with { DecaysAll = decaysAll }), 1e-4);
        }

        var (wanted, found) = (expected.Save(), actual.Save());
        Assert.Equal(3, found.Steps);
        TrainingBatches.AssertClose(wanted.First, found.First, 1e-3);
        TrainingBatches.AssertClose(wanted.Second, found.Second, 1e-3);
        foreach (var array in arrays.Shape.Parameters())
        {
            // Where a gradient is about zero, rounding decides where Adam goes: at most 0.01 a step.
            AssertMostlyClose(wanted.Parameters[array], found.Parameters[array]);
            AssertMostlyClose(wanted.Average![array], found.Average![array]);
        }
    }

    [Fact]
    public void Training_that_resumes_from_a_saved_state_gives_the_same_bits()
    {
        var arrays = Models.Random(21, 2, 7);
        using var whole = TrainingBatches.Start(arrays, averages: true);
        whole.Gradient(Batch, cancellation: Token);
        whole.Update(Step);
        var options = new CudaOptions { Precision = CudaPrecision.Exact };
        using var resumed = EmulatedDriver.Train(
            whole.Save(),
            new TrainerOptions { Averages = true },
            options,
            TrainingBatches.Small
        );
        foreach (var trainer in (CudaTrainer[])[whole, resumed])
        {
            trainer.Gradient(Batch, cancellation: Token);
            trainer.Update(Step);
        }

        Assert.Equal(2, resumed.Steps);
        TrainingBatches.AssertSameBits(whole.Parameters(), resumed.Parameters());
        TrainingBatches.AssertSameBits(whole.Average()!, resumed.Average()!);
    }

    /// <summary>With little memory, traces of segments are computed again, from the states before them.</summary>
    [Theory]
    [InlineData(0, 1 << 30)]
    [InlineData(1, 1 << 30)]
    [InlineData(1_050_000, 1 << 30)]
    public void Memory_changes_no_bit(long limit, long memory)
    {
        var arrays = Models.Random(24, 2);
        var batch = TrainingBatches.Random(5, 40);
        using var roomy = TrainingBatches.Start(arrays);
        using var narrow = EmulatedDriver.Train(
            TrainerState.Start(arrays),
            new TrainerOptions(),
            new CudaOptions { Precision = CudaPrecision.Exact, MemoryBytes = limit },
            TrainingBatches.Small,
            memoryBytes: memory
        );
        Assert.Equal(
            roomy.Gradient(batch, cancellation: Token),
            narrow.Gradient(batch, cancellation: Token)
        );
        TrainingBatches.AssertSameBits(roomy.Gradients(), narrow.Gradients());
    }

    [Fact]
    public void A_gradient_that_is_not_finite_moves_nothing()
    {
        var arrays = Models.Random(5, 1);
        arrays.HeadB[0] = float.NaN;
        using var trainer = TrainingBatches.Start(arrays);
        trainer.Gradient(Batch, cancellation: Token);
        Assert.False(double.IsFinite(trainer.Update(Step)));
        Assert.Equal(0, trainer.Steps);
        Assert.Equal(arrays.Embed, trainer.Parameters().Embed);
    }

    [Fact]
    public void A_gradient_is_used_once()
    {
        using var trainer = TrainingBatches.Start(Models.Random(5, 1));
        Assert.Throws<InvalidOperationException>(() => trainer.Update(Step));
        trainer.Gradient(Batch, cancellation: Token);
        trainer.Update(Step);
        Assert.Throws<InvalidOperationException>(() => trainer.Update(Step));
    }

    [Fact]
    public void An_invalid_batch_or_step_is_refused()
    {
        using var trainer = TrainingBatches.Start(Models.Random(5, 1));
        Assert.Throws<ArgumentException>(() => trainer.Gradient([], cancellation: Token));
        Assert.Throws<ArgumentException>(() => trainer.Gradient([default], cancellation: Token));
        Assert.Throws<ArgumentException>(() =>
            trainer.Gradient([new byte[] { 1, 24 }], cancellation: Token)
        );
        trainer.Gradient(Batch, cancellation: Token);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            trainer.Update(new AdamStep { Rate = double.NaN })
        );
    }

    [Fact]
    public void A_cancelled_batch_leaves_the_parameters()
    {
        var arrays = Models.Random(5, 1);
        using var trainer = TrainingBatches.Start(arrays);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            trainer.Gradient(Batch, cancellation: cancelled.Token)
        );
        Assert.Throws<InvalidOperationException>(() => trainer.Update(Step));
        Assert.Equal(arrays.Embed, trainer.Parameters().Embed);
    }

    [Theory]
    [InlineData("cuModuleLoadData")]
    [InlineData("cuModuleGetFunction")]
    [InlineData("cuFuncSetAttribute")]
    [InlineData("cuMemAlloc_v2")]
    [InlineData("cuStreamCreate")]
    [InlineData("cuStreamSynchronize")]
    [InlineData("cuMemsetD8Async")]
    [InlineData("cuMemcpyHtoDAsync_v2")]
    [InlineData("cuLaunchKernel")]
    public void A_trainer_that_cannot_be_made_leaves_nothing(string call)
    {
        using var fake = FakeDriver.Create();
        fake.Fail(call, 2);
        var error = Assert.Throws<CudaException>(() => Create(fake));
        Assert.True(error.IsOutOfMemory);
        fake.AssertClean();
    }

    [Fact]
    public void A_trainer_that_is_disposed_leaves_nothing()
    {
        using var fake = FakeDriver.Create();
        Create(fake).Dispose();
        fake.AssertClean();
    }

    private static CudaTrainer Create(FakeDriver fake) =>
        CudaTrainer.Resume(
            TrainerState.Start(Models.Random(24, 2)),
            null,
            new CudaOptions { DriverPath = fake.Path },
            TrainingBatches.Small,
            new KernelImage("an image"u8.ToArray())
        );

    private static void AssertMostlyClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var far = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Count(error => error > 1e-4);
        Assert.InRange(far, 0, expected.Length / 100);
    }
}
