namespace UniRep.Cli.Tests;

/// <summary>`unirep fit`, `unirep predict` and `unirep benchmark`, and what they refuse.</summary>
public sealed class TopModelTests : IDisposable
{
    private const string WildType = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEV";
    private readonly TemporaryFolder _folder = new();

    public TopModelTests()
    {
        _folder.Write("wt.fasta", $">wt\n{WildType}\n");
        _folder.Write("measured.csv", Table(40));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Single mutants whose activity depends on the position.</summary>
    private static string Table(int rows)
    {
        var lines = new List<string> { "note,mutant,activity,round,fold_a" };
        for (var row = 0; row < rows; row++)
        {
            var at = row % WildType.Length;
            var letter = "CW"[row / WildType.Length];
            var activity = (at % 7) - (letter == 'W' ? 3.25 : 0);
            lines.Add(
                FormattableString.Invariant(
                    $"n{row},{WildType[at]}{at + 1}{letter},{activity},{row % 3},{row % 2}"
                )
            );
        }

        return string.Join('\n', lines) + "\n";
    }

    private Unirep.Outcome Run(params string[] arguments) => Unirep.Run(_folder.Path, arguments);

    private Unirep.Outcome Fit(string table, params string[] more) =>
        Run([
            "fit",
            table,
            "--target",
            "activity",
            "--wild-type",
            "wt.fasta",
            "--weights",
            "open-256",
            "-o",
            "top.model",
            .. more,
        ]);

    private bool Exists(string name) => File.Exists(Path.Combine(_folder.Path, name));

    private void AssertNothingWritten() =>
        Assert.DoesNotContain(
            Directory.GetFiles(_folder.Path),
            file =>
                file.Contains("top.model", StringComparison.Ordinal)
                || file.EndsWith(".partial", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("ridge", "average")]
    [InlineData("low-n", "fusion")]
    [InlineData("lasso", "one-hot")]
    [InlineData("gp", "one-hot")]
    public void A_fitted_model_predicts_a_table_and_keeps_its_columns(string model, string features)
    {
        Fit("measured.csv", "--model", model, "--features", features).AssertDone();
        var outcome = Run(
                "predict",
                "measured.csv",
                "--model",
                "top.model",
                "--wild-type",
                "wt.fasta",
                "-o",
                "-"
            )
            .AssertDone();
        var lines = outcome.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("note,mutant,activity,round,fold_a,prediction,prediction_sd", lines[0]);
        Assert.Equal(41, lines.Length);
        Assert.StartsWith("n0,M1C,0,0,0,", lines[1], StringComparison.Ordinal);
        var deviations = lines[1..]
            .Select(line =>
                double.Parse(line.Split(',')[6], System.Globalization.CultureInfo.InvariantCulture)
            );
        Assert.All(deviations, deviation => Assert.True(deviation > 0));
    }

    [Fact]
    public void The_same_table_gives_the_same_file_whatever_the_threads()
    {
        Fit("measured.csv", "--threads", "1").AssertDone();
        var first = File.ReadAllBytes(Path.Combine(_folder.Path, "top.model"));
        Fit("measured.csv", "--threads", "3", "--overwrite").AssertDone();
        Assert.Equal(first, File.ReadAllBytes(Path.Combine(_folder.Path, "top.model")));
    }

    [Fact]
    public void A_density_travels_with_the_top_model()
    {
        Fit("measured.csv", "--features", "one-hot", "--density").AssertDone();
        string[] predict =
        [
            "predict",
            "measured.csv",
            "--model",
            "top.model",
            "--wild-type",
            "wt.fasta",
            "-o",
            "out.csv",
        ];
        Run(predict).AssertDone();
        Run([.. predict, "--overwrite", "--weights", "open-672"])
            .AssertFailed(1, "and the density lm");
    }

    [Fact]
    public void Vectors_of_other_weights_are_refused_and_nothing_is_written()
    {
        Fit("measured.csv").AssertDone();
        Run(
                "predict",
                "measured.csv",
                "--model",
                "top.model",
                "--wild-type",
                "wt.fasta",
                "--weights",
                "open-672",
                "-o",
                "out.csv"
            )
            .AssertFailed(3, "the top model was fitted to vectors of open-256");
        Assert.False(Exists("out.csv"));
    }

    [Theory]
    [InlineData(
        "mutant,activity\nM1G,1\nK2G,\nT3G,2\n",
        "line 3, column 'activity': '' is no number"
    )]
    [InlineData("mutant,activity\nM1G,1\nK2G,NaN\nT3G,2\n", "line 3, column 'activity': 'NaN'")]
    [InlineData("mutant,activity\nM1G,1\nK2G,high\nT3G,2\n", "line 3")]
    [InlineData("mutant,activity\nM1G,2.5\nK2G,2.5\nT3G,2.5\n", "all targets are 2.5")]
    [InlineData("mutant,activity\nM1G,1\n", "1 row to fit to: at least 3 are needed")]
    [InlineData(
        "mutant,activity\nM1G,1\nK2G,2\nM1G,3\n",
        "line 4, column 'activity': 3, but line 2 has 1 for the same protein"
    )]
    [InlineData("mutant,yield\nM1G,1\nK2G,2\nT3G,3\n", "no column 'activity'; there are: yield")]
    [InlineData("mutant,activity\nA1G,1\nK2G,2\nT3G,3\n", "A1G")]
    public void Measurements_that_cannot_be_fitted_are_named(string table, string message)
    {
        _folder.Write("bad.csv", table);
        Fit("bad.csv").AssertFailed(1, message);
        AssertNothingWritten();
    }

    [Fact]
    public void Numbers_that_are_no_two_classes_are_no_classification()
    {
        Fit("measured.csv", "--model", "logistic")
            .AssertFailed(1, "a classification needs two, such as 0 and 1");
        AssertNothingWritten();
    }

    [Fact]
    public void A_file_that_is_no_top_model_and_an_existing_output_are_refused()
    {
        string[] predict =
        [
            "predict",
            "measured.csv",
            "--wild-type",
            "wt.fasta",
            "-o",
            "out.csv",
            "--model",
        ];
        Run([.. predict, "wt.fasta"]).AssertFailed(1, "this is not a top model");
        Run([.. predict, "missing.model"]).AssertFailed(1, "there is no such file");
        Fit("measured.csv", "--features", "one-hot").AssertDone();
        Fit("measured.csv").AssertFailed(2, "--overwrite");
        Run("predict", "measured.csv", "--model", "top.model", "-o", "measured.csv")
            .AssertFailed(2, "the output would replace what this run reads");
    }

    [Fact]
    public void A_sequence_longer_than_those_fitted_is_named_by_its_line()
    {
        Fit("measured.csv", "--features", "one-hot").AssertDone();
        _folder.Write("long.csv", $"sequence\n{WildType}\n{WildType}GG\n");
        Run("predict", "long.csv", "--model", "top.model", "-o", "out.csv")
            .AssertFailed(
                1,
                "long.csv, line 3: the sequence of row 2 is longer than the 32 positions"
            );
        Assert.False(Exists("out.csv"));
    }

    [Fact]
    public void A_benchmark_has_a_table_a_picture_and_a_summary()
    {
        var outcome = Run(
                "benchmark",
                "measured.csv",
                "--target",
                "activity",
                "--wild-type",
                "wt.fasta",
                "--features",
                "one-hot",
                "--folds",
                "random,modulo,contiguous,rounds,column,low-n",
                "--sizes",
                "8,24",
                "--seeds",
                "3",
                "-o",
                "rows.csv",
                "--picture",
                "bench.svg"
            )
            .AssertDone();
        var lines = outcome.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("split", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            ["random", "modulo", "contiguous", "rounds", "fold_a", "low-n 8", "low-n 24"],
            lines[1..].Select(line => line.Split("  ")[0])
        );
        var rows = File.ReadAllLines(Path.Combine(_folder.Path, "rows.csv"));
        Assert.Equal(1 + 5 + 5 + 5 + 2 + 2 + 6, rows.Length);
        Assert.StartsWith(
            "scheme,split,seed,train,test,spearman",
            rows[0],
            StringComparison.Ordinal
        );
        Assert.Contains("low-n,24,3,24,8,", rows[^1], StringComparison.Ordinal);
        Assert.StartsWith(
            "<svg",
            File.ReadAllText(Path.Combine(_folder.Path, "bench.svg")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Folds_that_a_table_cannot_have_are_named()
    {
        Unirep.Outcome Benchmark(params string[] folds) =>
            Run([
                "benchmark",
                "sequences.csv",
                "--target",
                "activity",
                "--features",
                "one-hot",
                "--folds",
                .. folds,
            ]);
        _folder.Write(
            "sequences.csv",
            "sequence,activity\nMKTA,1\nMKTG,2\nMKGA,3\nMGTA,4\nGKTA,5\n"
        );
        Benchmark("modulo").AssertFailed(1, "folds 'modulo' need the mutations of each row");
        Benchmark("column").AssertFailed(1, "no column whose name begins with fold_");
        Benchmark("rounds").AssertFailed(1, "no column 'round'");
        Benchmark("randon").AssertFailed(2, "--folds takes");
        Benchmark("random", "--picture", "bench.png").AssertFailed(2, "does not end in .svg");
    }
}
