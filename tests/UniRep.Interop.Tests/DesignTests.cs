using UniRep.IO;

namespace UniRep.Interop.Tests;

/// <summary>The protein engineer's loop from C#: this project needs no reference to FSharp.Core.</summary>
public sealed class DesignTests : IDisposable
{
    private const string WildType = "MKTAYIAKQRQISFVKSHFSRQ";
    private const string Residues = "ACDEFGHIKLMNPQRSTVWY";
    private readonly string _folder = Directory.CreateTempSubdirectory("unirep-tests-").FullName;
    private readonly UniRepModel _model = UniRepModel.Load("open-256", threads: 1);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Single mutants whose measurement depends on the position and the letter.</summary>
    private static (string[] Sequences, double[] Values) Measured(int count)
    {
        var rows = Enumerable
            .Range(0, count)
            .Select(row =>
            {
                var at = row * 5 % WildType.Length;
                var letter = Residues[row * 3 % 20];
                return (
                    Sequence: $"{WildType[..at]}{letter}{WildType[(at + 1)..]}",
                    Value: (at % 7) + (row * 3 % 20 / 10.0)
                );
            })
            .ToList();
        return ([.. rows.Select(row => row.Sequence)], [.. rows.Select(row => row.Value)]);
    }

    [Fact]
    public void Variants_score_as_their_sequences_do_relative_to_the_wild_type()
    {
        var scores = Scoring.Variants(
            _model,
            WildType,
            ["K12R", "K12R:A14G", "M11W"],
            first: 11,
            cancellation: Token
        );
        string[] mutants = [$"MR{WildType[2..]}", $"MRTG{WildType[4..]}", $"W{WildType[1..]}"];
        Assert.Equal(scores, Scoring.Sequences(_model, WildType, mutants, Token));
        Assert.Equal(
            _model.LogLikelihood(mutants[0]) - _model.LogLikelihood(WildType),
            scores[0],
            1e-9
        );
        Assert.Equal([0.0], Scoring.Sequences(_model, WildType, [WildType], Token));
    }

    [Fact]
    public void A_scan_has_every_other_residue_at_each_position()
    {
        var scan = Scoring.Scan(_model, "MKT", first: 11, cancellation: Token);
        Assert.Equal(57, scan.Count);
        var mutant = scan[19];
        Assert.Equal(
            ("K12A", 12, 'K', 'A', "MAT"),
            (mutant.Mutation, mutant.Position, mutant.WildType, mutant.Residue, mutant.Sequence)
        );
        Assert.Equal(
            Scoring.Variants(_model, "MKT", scan.Select(each => each.Mutation), 11, Token),
            scan.Select(each => each.Score)
        );
    }

    [Fact]
    public void A_top_model_predicts_and_comes_back_from_its_file_with_the_same_bits()
    {
        var (sequences, values) = Measured(40);
        var top = TopModels.Fit(_model, sequences, values, "activity", Token);
        Assert.Equal(
            ("activity", "ridge", "average", 40),
            (top.Target, top.Method, top.Features, top.Rows)
        );
        Assert.True(top.Noise > 0);
        Assert.NotEmpty(top.Facts);
        var predicted = top.Predict(_model, sequences, Token);
        Assert.True(Metrics.Spearman(values, predicted.Select(each => each.Mean)) > 0.5);
        Assert.All(predicted, each => Assert.True(each.Deviation > 0));
        var path = Path.Combine(_folder, "top.model");
        top.Save(path);
        Assert.Equal(predicted, TopModels.Load(path).Predict(_model, sequences, Token));
    }

    [Fact]
    public void Any_top_model_can_be_fitted_to_one_hot_without_a_model()
    {
        var (sequences, values) = Measured(30);
        var top = TopModels.Fit(
            TopModelMethod.LowN,
            FeatureKind.OneHot,
            null,
            sequences,
            values,
            seed: 3,
            cancellation: Token
        );
        Assert.Equal(("low-n", "one-hot"), (top.Method, top.Features));
        Assert.Equal(2, top.Predict(null, sequences[..2], Token).Length);
        var fused = TopModels.Fit(
            TopModelMethod.Ridge,
            FeatureKind.NewVector(Pool.Fusion),
            _model,
            sequences,
            values,
            density: true,
            cancellation: Token
        );
        Assert.Equal("fusion", fused.Features);
        Assert.Single(fused.Predict(_model, [WildType], Token));
    }

    [Fact]
    public void Metrics_have_the_values_of_their_definitions()
    {
        double[] measured = [1, 2, 3, 4, 5];
        Assert.Equal(0.7, Metrics.Spearman(measured, [1, 3, 2, 5, 4]) - 0.1, 1e-12);
        Assert.Equal(1, Metrics.Pearson(measured, measured.Select(each => 2 * each)), 1e-12);
        var hundred = Enumerable.Range(0, 100).Select(each => (double)each).ToList();
        Assert.Equal(1, Metrics.Ndcg(hundred, hundred), 1e-12);
        Assert.Equal(1, Metrics.TopRecall(hundred, hundred), 1e-12);
        var constant = Assert.Throws<UniRepException>(() =>
            Metrics.Spearman(measured, [1, 1, 1, 1, 1])
        );
        Assert.Equal("Constant", constant.Case);
        Assert.Throws<ArgumentException>(() => Metrics.Spearman(measured, [1]));
    }

    [Fact]
    public void New_sequences_are_the_same_with_the_same_seed()
    {
        List<(string, double, bool)> Sample(UniRepModel model) =>
            [
                .. Generation
                    .Babble(model, 5, seed: 7, start: "MKT", maxLength: 40, cancellation: Token)
                    .Select(each => (each.Sequence.Letters, each.LogLikelihood, each.EndsByStop)),
            ];
        var first = Sample(_model);
        Assert.Equal(5, first.Count);
        Assert.All(first, each => Assert.StartsWith("MKT", each.Item1, StringComparison.Ordinal));
        using var other = UniRepModel.Load("open-256", threads: 2);
        Assert.Equal(first, Sample(other));
    }

    [Fact]
    public void Designs_raise_what_the_top_model_predicts_within_their_bounds()
    {
        var (sequences, values) = Measured(40);
        var top = TopModels.Fit(_model, sequences, values, cancellation: Token);
        var designs = DirectedEvolution.Run(
            _model,
            WildType,
            top,
            designs: 4,
            chains: 6,
            steps: 40,
            trustRadius: 3,
            forbidden: ["CC"],
            seed: 3,
            cancellation: Token
        );
        Assert.Equal(4, designs.Count);
        Assert.All(designs, design => Assert.InRange(design.Mutations.Split(':').Length, 1, 3));
        Assert.True(designs[0].Score > top.Predict(_model, [WildType], Token)[0].Mean);
        Assert.Equal(
            designs.Select(design => design.Score),
            top.Predict(_model, designs.Select(design => design.Sequence), Token)
                .Select(each => each.Mean)
        );
        var likely = DirectedEvolution.Run(
            _model,
            WildType,
            designs: 1,
            chains: 3,
            steps: 20,
            cancellation: Token
        );
        Assert.Equal(_model.LogLikelihood(likely[0].Sequence), likely[0].Score);
    }

    [Fact]
    public void What_is_wrong_is_an_exception_that_says_which_and_where()
    {
        var letter = Assert.Throws<UniRepException>(() =>
            Scoring.Variants(_model, WildType, ["K2R", "A2G"], cancellation: Token)
        );
        Assert.Equal(("BadVariant", 1), (letter.Case, letter.Index));
        Assert.Contains("Variant 2: A2G: A is expected", letter.Message, StringComparison.Ordinal);
        var sequence = Assert.Throws<UniRepException>(() =>
            Scoring.Sequences(_model, WildType, ["MKT", "MK?"], Token)
        );
        Assert.Equal((1, 3), (sequence.Index, sequence.Position));
        var equal = Assert.Throws<UniRepException>(() =>
            TopModels.Fit(_model, ["MKT", "MKW", "MKA"], [1, 1, 1], cancellation: Token)
        );
        Assert.Equal("AllEqual", equal.Case);
        Assert.Throws<ArgumentException>(() =>
            TopModels.Fit(_model, ["MKT"], [1, 2], cancellation: Token)
        );
        Assert.Throws<ArgumentNullException>(() =>
            Scoring.Scan(null!, WildType, cancellation: Token)
        );
        Assert.Throws<ArgumentNullException>(() =>
            Scoring.Variants(_model, WildType, null!, cancellation: Token)
        );
        var missing = Assert.Throws<UniRepException>(() =>
            TopModels.Load(Path.Combine(_folder, "none.model"))
        );
        Assert.Equal("NoSuchFile", missing.Case);
        var motif = Assert.Throws<UniRepException>(() =>
            DirectedEvolution.Run(_model, WildType, forbidden: ["N[S"], cancellation: Token)
        );
        Assert.Contains("no motif", motif.Message, StringComparison.Ordinal);
        Assert.Throws<UniRepException>(() =>
            Generation.Babble(_model, 1, temperature: -1, cancellation: Token)
        );
    }

    [Fact]
    public void A_top_model_of_other_weights_is_refused()
    {
        var (sequences, values) = Measured(12);
        var top = TopModels.Fit(_model, sequences, values, cancellation: Token);
        using var other = UniRepModel.LoadDefault(threads: 1);
        var refused = Assert.Throws<UniRepException>(() =>
            top.Predict(other, sequences[..1], Token)
        );
        Assert.Equal("OtherWeights", refused.Case);
        Assert.Equal(
            "OtherWeights",
            Assert
                .Throws<UniRepException>(() =>
                    DirectedEvolution.Run(other, WildType, top, cancellation: Token)
                )
                .Case
        );
    }
}
