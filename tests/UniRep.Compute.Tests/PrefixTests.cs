namespace UniRep.Compute.Tests;

/// <summary>Shared prefixes are computed once, and every sequence has the bits that it has alone.</summary>
public class PrefixTests
{
    private const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;

    public static TheoryData<string> Families => ["mutants", "prefixes", "random", "copies"];

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_sequence_has_the_bits_that_it_has_alone(string family)
    {
        var sequences = Family(family);
        foreach (var layers in new[] { 1, 2 })
        {
            var arrays = Waves.Arrays(20, layers);
            using var plain = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
            var alone = sequences
                .SelectMany(sequence => Runs.Run(plain, [sequence], Everything))
                .ToList();
            foreach (
                var (threads, lanes, chunk) in new[]
                {
                    (1, 0, 1L << 24),
                    (2, 3, 1L << 24),
                    (3, 1, 200_000L),
                    (2, 48, 30_000L),
                }
            )
            {
                var options = new EngineOptions
                {
                    Threads = threads,
                    Lanes = lanes,
                    ChunkBytes = chunk,
                };
                using var engine = MlstmEngine.Create(arrays, options);
                Runs.AssertSameBits(alone, Runs.Run(engine, sequences, Everything));
            }
        }
    }

    [Fact]
    public void Single_mutants_take_about_half_of_the_work()
    {
        var mutants = Mutants(Waves.Tokens(238, 7));
        using var engine = MlstmEngine.Create(
            Waves.Arrays(5, 1),
            new EngineOptions { Threads = 1 }
        );
        var (results, positions) = Runs.RunCounted(engine, mutants);
        Assert.Equal(mutants.Length, results.Count);
        var naive = mutants.Sum(mutant => mutant.Length + 1L);
        Assert.InRange(positions, naive / 2, 0.55 * naive);
    }

    [Fact]
    public void Sequences_without_a_shared_prefix_are_computed_in_full()
    {
        var sequences = Enumerable
            .Range(0, 50)
            .Select(seed => Waves.Tokens(30 + seed, seed))
            .ToArray();
        using var engine = MlstmEngine.Create(Waves.Arrays(5, 1));
        var (_, positions) = Runs.RunCounted(engine, sequences);
        Assert.Equal(sequences.Sum(sequence => sequence.Length + 1L), positions);
    }

    [Fact]
    public void States_that_do_not_fit_the_limit_are_computed_again()
    {
        var mutants = Mutants(Waves.Tokens(60, 1));
        var arrays = Waves.Arrays(20, 2);
        using var roomy = MlstmEngine.Create(arrays);
        var (expected, fewest) = Runs.RunCounted(roomy, mutants);
        foreach (var bytes in new[] { 1, 5_000 })
        {
            using var tight = MlstmEngine.Create(arrays, new EngineOptions { StateBytes = bytes });
            var (results, positions) = Runs.RunCounted(tight, mutants);
            Runs.AssertSameBits(expected, results);
            Assert.True(fewest < positions);
        }
    }

    [Fact]
    public void Sequences_branch_off_from_a_very_long_one()
    {
        var trunk = Waves.Tokens(35_000, 1);
        byte[][] sequences = [trunk, [.. trunk[..20_000], 1, 2, 3], trunk[..30_000], trunk[..9]];
        using var engine = MlstmEngine.Create(Waves.Arrays(5, 1));
        var (together, positions) = Runs.RunCounted(engine, sequences);
        Assert.Equal(35_001 + 3, positions);
        Runs.AssertSameBits(
            [.. sequences.SelectMany(sequence => Runs.Run(engine, [sequence]))],
            together
        );
    }

    [Fact]
    public async Task A_run_ends_while_sequences_wait_for_a_branch_point()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(64, 1));
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var trunk = Waves.Tokens(2_000_000, 1);
        byte[][] sequences = [trunk, [.. trunk[..1_999_990], 1, 2, 3]];
        var run = Task.Run(
            () =>
                engine.Run(
                    new Runs.Source(sequences.AsEnumerable().GetEnumerator()),
                    new Runs.KeepingSink(),
                    Outputs.Vectors,
                    null,
                    cancellation.Token
                ),
            TestContext.Current.CancellationToken
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            run.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void Progress_counts_shared_residues_for_every_sequence()
    {
        var mutants = Mutants(Waves.Tokens(30, 7));
        var told = 0L;
        using var engine = MlstmEngine.Create(Waves.Arrays(5, 1));
        engine.Run(
            new Runs.Source(mutants.AsEnumerable().GetEnumerator()),
            new Runs.KeepingSink(),
            Outputs.Vectors,
            new Progress(value => told = value),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(mutants.Sum(mutant => (long)mutant.Length), told);
    }

    private static byte[][] Family(string name)
    {
        var random = new Random(3);
        var trunk = Waves.Tokens(60, 1);
        return name switch
        {
            "mutants" => Mutants(Waves.Tokens(40, 2)),
            "prefixes" =>
            [
                .. Enumerable
                    .Range(0, 61)
                    .OrderBy(_ => random.Next())
                    .Select(length => trunk[..length]),
            ],
            "copies" => [.. Enumerable.Range(0, 30).Select(at => trunk[..(20 + at % 3 * 10)])],
            _ =>
            [
                .. Enumerable
                    .Range(0, 200)
                    .Select(_ =>
                    {
                        // Only two letters, so that prefixes of every length are shared.
                        var tail = new byte[random.Next(20)];
                        random.NextBytes(tail);
                        return trunk[..random.Next(5, 12)]
                            .Concat(tail.Select(letter => (byte)(1 + letter % 2)))
                            .ToArray();
                    }),
            ],
        };
    }

    /// <summary>All single mutants: 19 at each position.</summary>
    private static byte[][] Mutants(byte[] wildType) =>
        [
            .. wildType.SelectMany(
                (letter, at) =>
                    Enumerable
                        .Range(1, 20)
                        .Where(other => other != letter)
                        .Take(19)
                        .Select(other =>
                        {
                            var mutant = (byte[])wildType.Clone();
                            mutant[at] = (byte)other;
                            return mutant;
                        })
            ),
        ];

    private sealed class Progress(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
