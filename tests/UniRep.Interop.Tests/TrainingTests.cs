namespace UniRep.Interop.Tests;

/// <summary>Training from C#: its result, its files, its mistakes, its progress and its end.</summary>
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
        Assert.NotNull(reports[0].ValidationLoss);
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

    [Fact]
    public void A_model_is_trained_on_and_saved_in_one_call()
    {
        var path = Path.Combine(Path.GetTempPath(), $"unirep-{Guid.NewGuid():N}.safetensors");
        try
        {
            using var model = UniRepModel.EvoTune(
                Sequences,
                epochs: 2,
                saveTo: path,
                cancellation: Token
            );
            using var saved = UniRepModel.Load(path);
            Assert.Equal("open-672-tuned", model.Name);
            Assert.Equal(model.Fingerprint, saved.Fingerprint);
            Assert.NotEqual(Start, model.Fingerprint);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Training_that_diverges_raises_and_saves_nothing()
    {
        var path = Path.Combine(Path.GetTempPath(), $"unirep-{Guid.NewGuid():N}.safetensors");
        var exception = Assert.Throws<UniRepException>(() =>
            UniRepModel.EvoTune(
                Sequences,
                epochs: 3,
                learningRate: 1e30,
                saveTo: path,
                cancellation: Token
            )
        );
        Assert.Equal("Diverged", exception.Case);
        Assert.Contains("not a finite number", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Training_that_does_not_improve_the_model_gives_it_back_with_a_warning()
    {
        using var model = UniRepModel.EvoTune(
            Sequences,
            epochs: 1,
            learningRate: 100,
            cancellation: Token
        );
        Assert.Equal("open-672", model.Name);
        Assert.Equal(Start, model.Fingerprint);
        Assert.Contains("did not improve", Assert.Single(model.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_of_a_training_can_be_set_by_name()
    {
        var options = TrainingOptionsModule
            .evotune.With("epochs", "1")
            .With("weight decay", "0.5")
            .With("batch tokens", "16");
        Assert.Equal((1, 0.5, 16), (options.Epochs, options.WeightDecay, options.BatchTokens));
        var reports = new List<TuningProgress>();
        using var model = UniRepModel.EvoTune(
            Sequences,
            options,
            progress: new Collecting(reports),
            cancellation: Token
        );
        Assert.Equal(1, reports[^1].Epochs);
        Assert.True(reports[^1].Batches > 1, "the batches are as large as by default");
        var exception = Assert.Throws<UniRepException>(() => options.With("epochs", "0"));
        Assert.Equal("OutOfRange", exception.Case);
        Assert.Equal("epochs: must be from 1 to 1000000", exception.Message);
    }

    [Fact]
    public void A_place_that_cannot_be_saved_to_is_found_before_training()
    {
        using var folder = new TemporaryFolder();
        var existing = folder.Write("model.safetensors", "precious");
        (string SaveTo, string Case)[] places =
        [
            (existing, "AlreadyExists"),
            (folder.Path, "NotWritable"),
            (Path.Combine(folder.Path, "none", "model.safetensors"), "NotWritable"),
            (Path.Combine(existing, "model.safetensors"), "NotWritable"),
        ];
        foreach (var (saveTo, expected) in places)
        {
            // Training would raise as well, but later, with another case.
            var exception = Assert.Throws<UniRepException>(() =>
                UniRepModel.EvoTune(
                    Sequences,
                    learningRate: 1e30,
                    saveTo: saveTo,
                    cancellation: Token
                )
            );
            Assert.Equal(expected, exception.Case);
        }

        Assert.Equal("precious", File.ReadAllText(existing));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Training_on_what_is_no_sequence_raises()
    {
        var exception = Assert.Throws<UniRepException>(() =>
            UniRepModel.EvoTune(["MK", "m"], cancellation: Token)
        );
        Assert.Equal("UnknownResidue", exception.Case);
    }

    /// <summary>The fingerprint of the model that training begins with.</summary>
    private static string Start
    {
        get
        {
            using var model = UniRepModel.LoadDefault();
            return model.Fingerprint;
        }
    }

    private sealed class Collecting(List<TuningProgress> reports) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => reports.Add(value);
    }

    private sealed class Acting(Action act) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => act();
    }

    /// <summary>A folder of a test's own, gone afterwards.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("unirep-tests-").FullName;

        public string Write(string name, string text)
        {
            var path = System.IO.Path.Combine(Path, name);
            File.WriteAllText(path, text);
            return path;
        }

        public void Dispose() => Directory.Delete(Path, true);
    }
}
