using UniRep.IO;

namespace UniRep.Interop.Tests;

/// <summary>Campaigns from C#: begun in a folder, gone on with, and replayed.</summary>
public sealed class CampaignTests : IDisposable
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
    public void A_campaign_goes_from_plate_to_plate_and_the_same_input_gives_the_same_bits()
    {
        List<byte[]> Play(string name)
        {
            var begun = Campaigns.Begin(
                _model,
                WildType,
                Place(name),
                setup: new CampaignSetup { Components = 8, Seed = 3 },
                cancellation: Token
            );
            Assert.Equal((Place(name), 6 * 19), (begun.Folder, begun.Candidates));
            var first = begun.Next(_model, 8, cancellation: Token);
            Assert.Equal(
                (1, 8, 0, Path.Combine(Place(name), "round-1.csv")),
                (first.Number, first.Mutants.Length, first.Measurements, first.File)
            );
            CampaignLandscape.Fill(first);

            // Another program continues the campaign in this folder.
            var opened = Campaigns.Open(Place(name));
            Assert.Equal(
                ("open-256", _model.Fingerprint, 6 * 19, begun.WarmStart),
                (opened.ModelName, opened.Fingerprint, opened.Candidates, opened.WarmStart)
            );
            var second = opened.Next(_model, 8, cancellation: Token);
            Assert.Equal((2, 8), (second.Number, second.Measurements));
            Assert.Equal(16, first.Mutants.Concat(second.Mutants).Distinct().Count());
            CampaignLandscape.Fill(second);
            var third = opened.Next(_model, 4, Strategy.Thompson, cancellation: Token);
            Assert.Equal((3, 4, 16), (third.Number, third.Mutants.Length, third.Measurements));
            return
            [
                .. new[] { "campaign.json", "library.csv", "vectors.bin", "round-3.csv" }.Select(
                    file => File.ReadAllBytes(Path.Combine(Place(name), file))
                ),
            ];
        }

        Assert.Equal(Play("one"), Play("other"));
    }

    [Fact]
    public void A_setup_is_kept_with_the_campaign()
    {
        var usual = Campaigns.Begin(_model, WildType, Place("usual"), cancellation: Token);

        // A general model does not know the family.
        Assert.False(usual.WarmStart);
        var own = Campaigns.Begin(
            _model,
            WildType,
            Place("own"),
            setup: new CampaignSetup
            {
                First = FirstRound.ZeroShot,
                Strategy = Strategy.Ucb,
                TopModel = TopModelMethod.LowN,
                Pool = Pool.Fusion,
                Components = 0,
                NormalScores = false,
                WarmStart = true,
                Seed = 5,
            },
            cancellation: Token
        );
        Assert.True(own.WarmStart);
        var manifest = File.ReadAllText(Path.Combine(Place("own"), "campaign.json"));
        string[] expected =
        [
            "\"Pool\": \"fusion\"",
            "\"First\": \"zero-shot\"",
            "\"Strategy\": \"ucb\"",
            "\"TopModel\": \"low-n\"",
            "\"Components\": 0",
            "\"NormalScores\": false",
            "\"WarmStart\": true",
            "\"Seed\": 5",
        ];
        Assert.All(expected, text => Assert.Contains(text, manifest, StringComparison.Ordinal));
        var likeliest = Scoring.Scan(_model, WildType, cancellation: Token);
        Assert.Equal(
            likeliest
                .OrderByDescending(mutant => mutant.Score)
                .Take(8)
                .Select(mutant => mutant.Mutation),
            own.Next(_model, 8, cancellation: Token).Mutants
        );
    }

    [Fact]
    public void Candidates_are_single_mutants_variants_or_any_proteins()
    {
        string[] Library(string name) =>
            [
                .. File.ReadAllLines(Path.Combine(Place(name), "library.csv"))
                    .Skip(1)
                    .Select(line => line.Split(','))
                    .Select(cells => $"{cells[0]} {cells[2]}"),
            ];

        _ = Campaigns.Begin(_model, WildType, Place("singles"), first: 24, cancellation: Token);
        Assert.Equal("M24A AKTAYI", Library("singles")[0]);
        _ = Campaigns.Begin(
            _model,
            WildType,
            Place("variants"),
            ["K25A", "K25A:A27W"],
            first: 24,
            cancellation: Token
        );
        Assert.Equal(["K25A MATAYI", "K25A:A27W MATWYI"], Library("variants"));
        _ = Campaigns.Begin(
            _model,
            WildType,
            Place("proteins"),
            [("short", "MK"), ("long", "MKTAYIAK")],
            cancellation: Token
        );
        Assert.Equal(["short MK", "long MKTAYIAK"], Library("proteins"));
    }

    [Fact]
    public void A_replay_picks_every_plate_from_what_is_left_for_each_seed()
    {
        var (sequences, values) = CampaignLandscape.Measured();
        IReadOnlyList<Replay> Play(ulong seed, int seeds) =>
            Campaigns.Replay(
                _model,
                WildType,
                sequences,
                values,
                rounds: 3,
                batch: 8,
                seeds: seeds,
                setup: new CampaignSetup { TopModel = TopModelMethod.Ridge, Seed = seed },
                cancellation: Token
            );

        var replays = Play(4, 2);
        Assert.Equal([4UL, 5UL], replays.Select(replay => replay.Seed));
        var best = Enumerable
            .Range(0, values.Length)
            .OrderByDescending(index => values[index])
            .Take(values.Length / 10)
            .ToHashSet();
        Assert.All(
            replays,
            replay =>
            {
                int[] picks = [.. replay.Rounds.SelectMany(round => round)];
                Assert.Equal(3, replay.Rounds.Length);
                Assert.Equal(24, picks.Distinct().Count());
                Assert.Equal(picks.Count(best.Contains) / 24.0, replay.TopShare, 1e-12);
                Assert.Equal(picks.Max(index => values[index]), replay.Best);
            }
        );
        Assert.NotEqual(replays[0].Rounds[0], replays[1].Rounds[0]);
        Assert.Equal(replays[1].Rounds, Play(5, 1)[0].Rounds);
    }
}
