namespace UniRep.Interop.Tests;

/// <summary>A training tells how far it is, and can be cancelled.</summary>
public sealed class TrainingTests
{
    private static readonly string[] Sequences = ["MKTAYIAKQRQISFVKSHFSRQ", "M", "GSHMASMTGGQQMGR"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Training_tells_how_far_it_is()
    {
        var reports = new List<TuningProgress>();
        using var model = UniRepModel.EvoTune(
            Enumerable.Repeat(Sequences[0], 20),
            epochs: 2,
            progress: new Collecting(reports),
            cancellation: Token
        );
        Assert.Equal((0, 2), (reports[0].Epoch, reports[0].Epochs));
        Assert.NotNull(reports[0].HoldOutLoss);
        Assert.Equal(2, reports[^1].Epoch);
        Assert.Equal(reports[^1].Batches, reports[^1].Batch);
        Assert.True(reports[^1].Loss < reports[1].Loss);
    }

    [Fact]
    public void Training_can_be_cancelled_and_saves_nothing_then()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var path = Path.Combine(Path.GetTempPath(), $"unirep-{Guid.NewGuid():N}.safetensors");
        Assert.ThrowsAny<OperationCanceledException>(() =>
            UniRepModel.EvoTune(
                Sequences,
                epochs: 1_000_000,
                saveTo: path,
                progress: new Acting(() => cancellation.Cancel()),
                cancellation: cancellation.Token
            )
        );
        Assert.False(File.Exists(path));
    }

    private sealed class Collecting(List<TuningProgress> reports) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => reports.Add(value);
    }

    private sealed class Acting(Action act) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => act();
    }
}
