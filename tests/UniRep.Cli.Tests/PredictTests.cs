using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>The tables that `unirep predict` reads and writes.</summary>
public sealed class PredictTests : IDisposable
{
    private const string WildType = "MKTAYIAKQR";
    private readonly TemporaryFolder _folder = new();

    public PredictTests() => _folder.Write("wt.fasta", $">wt\n{WildType}\n");

    public void Dispose() => _folder.Dispose();

    /// <summary>Fits a top model to the residues of four mutants.</summary>
    private void Fit()
    {
        _folder.Write("measured.csv", "mutant,activity\nM1C,1\nK2C,2\nT3C,4\nA4C,3\n");
        Unirep
            .Run(
                _folder.Path,
                [
                    .. "fit measured.csv --target activity --wild-type wt.fasta --features one-hot -o top.model".Split(
                        ' '
                    ),
                ]
            )
            .AssertDone();
    }

    [Fact]
    public void Predictions_keep_every_cell_in_its_order_and_replace_no_column()
    {
        Fit();
        string[] predict = ["predict", "t.csv", "--model", "top.model", "-o", "out.csv"];
        _folder.Write("t.csv", $"x,sequence,x,id\n01.0,{WildType},\"a,b\",p\n");
        Unirep.Run(_folder.Path, predict).AssertDone();
        var lines = _folder.ReadText("out.csv").Split('\n');
        Assert.Equal("x,sequence,x,id,prediction,prediction_sd", lines[0]);
        Assert.StartsWith($"01.0,{WildType},\"a,b\",p,", lines[1], StringComparison.Ordinal);
        _folder.Write("t.csv", $"prediction_sd,sequence\n1,{WildType}\n");
        Unirep
            .Run(_folder.Path, [.. predict, "--overwrite"])
            .AssertFailed(1, "t.csv: there is a column 'prediction_sd' already");
        Assert.StartsWith("x,sequence,x,id", _folder.ReadText("out.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_on_standard_input_is_predicted()
    {
        Fit();
        var outcome = Unirep.RunWith(
            _folder.Path,
            Encoding.UTF8.GetBytes("mutant\nM1C\nK2C\nT3C\n"),
            "predict",
            "-",
            "--input-format",
            "csv",
            "--model",
            "top.model",
            "--wild-type",
            "wt.fasta",
            "-o",
            "-"
        );
        Assert.Equal(4, outcome.AssertDone().Text.TrimEnd().Split('\n').Length);
    }
}
