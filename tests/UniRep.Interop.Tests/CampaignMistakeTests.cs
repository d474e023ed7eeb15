namespace UniRep.Interop.Tests;

/// <summary>What campaigns refuse in C#, and how they end early.</summary>
public sealed class CampaignMistakeTests : IDisposable
{
    private const string WildType = CampaignLandscape.WildType;
    private readonly string _folder = Directory.CreateTempSubdirectory("unirep-tests-").FullName;
    private readonly UniRepModel _model = UniRepModel.Load("open-256", threads: 1);

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Place(string name) => Path.Combine(_folder, name);

    [Fact]
    public void Progress_is_told_and_a_cancelled_beginning_leaves_no_campaign()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            Campaigns.Begin(_model, WildType, Place("plates"), cancellation: source.Token)
        );
        Assert.Equal("NoCampaign", Refused(() => Campaigns.Open(Place("plates"))).Case);
        var told = new Told();
        var campaign = Campaigns.Begin(
            _model,
            WildType,
            Place("plates"),
            progress: told,
            cancellation: Token
        );
        Assert.True(told.Last > 0);
        Assert.Throws<OperationCanceledException>(() =>
            campaign.Next(_model, 8, cancellation: source.Token)
        );
        Assert.False(File.Exists(Path.Combine(Place("plates"), "round-1.csv")));
        var (sequences, values) = CampaignLandscape.Measured();
        Assert.Throws<OperationCanceledException>(() =>
            Campaigns.Replay(_model, WildType, sequences, values, cancellation: source.Token)
        );
    }

    [Fact]
    public void What_the_past_of_a_campaign_refuses_is_an_exception_with_its_case()
    {
        var campaign = Campaigns.Begin(_model, WildType, Place("plates"), cancellation: Token);
        Assert.Equal(
            "AlreadyBegun",
            Refused(() =>
                Campaigns.Begin(_model, WildType, Place("plates"), cancellation: Token)
            ).Case
        );
        var first = campaign.Next(_model, 8, cancellation: Token);
        var empty = Refused(() => campaign.Next(_model, 8, cancellation: Token));
        Assert.Equal("NotMeasured", empty.Case);
        Assert.Contains("round-1.csv", empty.Message, StringComparison.Ordinal);
        CampaignLandscape.Fill(first);
        Assert.Equal("TooFew", Refused(() => campaign.Next(_model, 107, cancellation: Token)).Case);
        using var other = UniRepModel.LoadDefault(threads: 1);
        Assert.Equal(
            "OtherModel",
            Refused(() => campaign.Next(other, 8, cancellation: Token)).Case
        );
        File.AppendAllText(Path.Combine(Place("plates"), "library.csv"), "x,0,MK\n");
        Assert.Equal("Damaged", Refused(() => Campaigns.Open(Place("plates"))).Case);
        Assert.False(File.Exists(Path.Combine(Place("plates"), "round-2.csv")));
    }

    [Fact]
    public void What_is_wrong_with_candidates_and_numbers_is_told_before_anything_is_computed()
    {
        var variant = Refused(() =>
            Campaigns.Begin(_model, WildType, Place("plates"), ["K2R", "A2G"], cancellation: Token)
        );
        Assert.Equal(("BadVariant", 1), (variant.Case, variant.Index));
        var same = Refused(() =>
            Campaigns.Begin(
                _model,
                WildType,
                Place("plates"),
                [("a", "MK"), ("b", "MK")],
                cancellation: Token
            )
        );
        Assert.Equal(
            ("Repeated", 1, "Candidate 2: b has the sequence of a."),
            (same.Case, same.Index, same.Message)
        );
        Assert.Equal(
            2,
            Refused(() =>
                Campaigns.Begin(
                    _model,
                    WildType,
                    Place("plates"),
                    [("a", "MK"), ("b", "MR"), ("a", "MW")],
                    cancellation: Token
                )
            ).Index
        );
        Assert.Throws<ArgumentException>(() =>
            Campaigns.Begin(
                _model,
                WildType,
                Place("plates"),
                Array.Empty<string>(),
                cancellation: Token
            )
        );
        Assert.Throws<ArgumentNullException>(() =>
            Campaigns.Begin(_model, WildType, null!, cancellation: Token)
        );
        var lasso = Assert.Throws<ArgumentException>(() =>
            Campaigns.Begin(
                _model,
                WildType,
                Place("plates"),
                setup: new CampaignSetup { TopModel = TopModelMethod.Lasso },
                cancellation: Token
            )
        );
        Assert.Contains("no top model lasso", lasso.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Campaigns.Begin(
                _model,
                WildType,
                Place("plates"),
                setup: new CampaignSetup { Components = -1 },
                cancellation: Token
            )
        );
        Assert.False(Directory.Exists(Place("plates")));
        var (sequences, values) = CampaignLandscape.Measured();
        Assert.Throws<ArgumentException>(() =>
            Campaigns.Replay(_model, WildType, sequences, values[1..], cancellation: Token)
        );
        var few = Assert.Throws<ArgumentException>(() =>
            Campaigns.Replay(
                _model,
                WildType,
                sequences,
                values,
                rounds: 15,
                batch: 8,
                cancellation: Token
            )
        );
        Assert.Contains("114 sequences do not fill 15", few.Message, StringComparison.Ordinal);
        values[7] = double.NaN;
        Assert.Equal(
            "TargetNotFinite",
            Refused(() =>
                Campaigns.Replay(_model, WildType, sequences, values, cancellation: Token)
            ).Case
        );
    }

    private static UniRepException Refused(Action action) => Assert.Throws<UniRepException>(action);

    /// <summary>Keeps the last number that was reported.</summary>
    private sealed class Told : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }
}
