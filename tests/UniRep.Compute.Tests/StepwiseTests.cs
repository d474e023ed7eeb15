using static UniRep.Compute.Tests.StepwiseRuns;

namespace UniRep.Compute.Tests;

/// <summary>Sequences that are decided while they are computed have the bits of any other run, and the same tokens.</summary>
public class StepwiseTests
{
    private const int Units = 20;

    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void Logits_and_vectors_have_the_bits_of_whole_runs(InstructionSet set)
    {
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var options = new EngineOptions
            {
                InstructionSet = set,
                Precision = precision,
                Threads = 2,
                Lanes = 7,
            };
            using var engine = MlstmEngine.Create(Waves.Arrays(Units, 2), options);
            var sampled = Sequences();
            Run(engine, sampled);
            AssertAsWhole(engine, sampled);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    [InlineData(4, 48)]
    public void Threads_and_lanes_change_neither_tokens_nor_bits(int threads, int lanes)
    {
        var arrays = Waves.Arrays(Units, 1);
        using var plain = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        var alone = Sequences();
        Array.ForEach(alone, sequence => Run(plain, [sequence], 1));
        using var engine = MlstmEngine.Create(
            arrays,
            new EngineOptions { Threads = threads, Lanes = lanes }
        );
        var together = Sequences();
        var positions = Run(engine, together);
        Assert.Equal(alone.Sum(sequence => sequence.Tokens.Count + 1L), positions);
        for (var at = 0; at < alone.Length; at++)
        {
            Assert.Equal(alone[at].Tokens, together[at].Tokens);
            Tolerance.AssertSameBits(alone[at].Logits, together[at].Logits);
            Tolerance.AssertSameBits(alone[at].Vectors, together[at].Vectors);
        }
    }

    [Fact]
    public void Threads_that_share_the_panels_of_a_step_change_nothing()
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(150, 2),
            new EngineOptions { Threads = 3 }
        );
        var sampled = new Sampled(150, 1, 50);
        Run(engine, [sampled], 1);
        AssertAsWhole(engine, [sampled]);
    }

    [Fact]
    public void Sequences_that_end_make_others_ready()
    {
        // Chains: each sequence is ready when the one before it has ended.
        using var engine = MlstmEngine.Create(
            Waves.Arrays(Units, 1),
            new EngineOptions { Threads = 3, Lanes = 2 }
        );
        var chains = new Chains(4, 25);
        using var run = engine.BeginStepwise(chains, 4, Token);
        Assert.True(run.Advance());
        Assert.Equal(100, chains.Done.Count);
        AssertAsWhole(engine, [.. chains.Done]);
    }

    [Fact]
    public void A_run_pauses_and_goes_on_with_the_same_bits()
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(Units, 1),
            new EngineOptions { Threads = 2, Lanes = 3 }
        );
        var sampled = Sequences();
        var source = new Pausing(sampled);
        using var run = engine.BeginStepwise(source, cancellation: Token);
        var pauses = 0;
        while (!run.Advance())
        {
            Assert.True(source.IsPaused);
            pauses++;
            source.Allowed += 5;
        }

        Assert.InRange(pauses, 2, sampled.Length / 5 + 1);
        AssertAsWhole(engine, sampled);
    }

    [Fact]
    public void A_run_without_sequences_is_done()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(Units, 1));
        Assert.Equal(0, Run(engine, []));
    }

    [Fact]
    public void A_computer_of_whole_runs_gives_the_same()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(Units, 2));
        var inLanes = Sequences();
        var inBatches = Sequences();
        Run(engine, inLanes);
        var beginning = new Known([1, 2, 3, 4, 5], Units, 2);
        RunInBatches(engine, [.. inBatches, beginning]);
        for (var at = 0; at < inLanes.Length; at++)
        {
            Assert.Equal(inLanes[at].Tokens, inBatches[at].Tokens);
            Tolerance.AssertSameBits(inLanes[at].Logits, inBatches[at].Logits);
            Tolerance.AssertSameBits(inLanes[at].Vectors, inBatches[at].Vectors);
        }

        Assert.Equal([1, 3, 5, 6], beginning.States.Select(state => state.Positions));
        var fromState = new Known([1, 2, 3, 4, 9, 9], Units, origin: beginning.States[2]);
        RunInBatches(engine, [fromState]);
        Tolerance.AssertSameBits(
            Vectors(
                Runs.Run(
                    engine,
                    [
                        [1, 2, 3, 4, 9, 9],
                    ]
                )[0]
            ),
            fromState.Vectors
        );
    }

    private static void RunInBatches(MlstmEngine engine, IStepwiseSequence[] sequences)
    {
        using var run = StepwiseRun.OverBatches(
            engine.Shape,
            new Source(sequences),
            (source, sink, outputs, cancellation) =>
                engine.Run(source, sink, outputs, null, cancellation),
            Token
        );
        Assert.True(run.Advance());
    }

    private static Sampled[] Sequences() =>
        [.. Enumerable.Range(0, 40).Select(seed => new Sampled(Units, seed, seed * 37 % 60))];

    private static float[] Vectors(Runs.Result result) =>
        [.. result.Average, .. result.Final, .. result.Cell];

    /// <summary>Asserts that each sequence was told what a run of all its tokens gives.</summary>
    private static void AssertAsWhole(MlstmEngine engine, Sampled[] sequences)
    {
        var whole = Runs.Run(
            engine,
            sequences.Select(sequence => sequence.Tokens.ToArray()),
            Outputs.Logits
        );
        for (var at = 0; at < sequences.Length; at++)
        {
            Tolerance.AssertSameBits(whole[at].Logits, sequences[at].Logits);
            Tolerance.AssertSameBits(Vectors(whole[at]), sequences[at].Vectors);
        }
    }

    /// <summary>Chains of sequences, each of which may begin when the one before it has ended.</summary>
    private sealed class Chains(int count, int length) : IStepwiseSource
    {
        private readonly Sampled?[] _last = new Sampled?[count];
        private readonly int[] _lengths = new int[count];
        private readonly int[] _taken = new int[count];

        public List<Sampled> Done { get; } = [];

        public IStepwiseSequence? Take()
        {
            for (var chain = 0; chain < count; chain++)
            {
                if (_taken[chain] < length && IsReady(chain))
                {
                    _taken[chain]++;
                    _lengths[chain] = Done.Count % 9;
                    _last[chain] = new Sampled(Units, Done.Count, _lengths[chain]);
                    Done.Add(_last[chain]!);
                    return _last[chain];
                }
            }

            return null;
        }

        private bool IsReady(int chain) =>
            _last[chain] is not { } last
            || last.Logits.Count == (_lengths[chain] + 1) * MlstmShape.Classes;
    }

    /// <summary>Pauses after some sequences.</summary>
    private sealed class Pausing(IStepwiseSequence[] sequences) : IStepwiseSource
    {
        private int _taken;

        public int Allowed { get; set; } = 5;

        public bool IsPaused => _taken >= Allowed && _taken < sequences.Length;

        public IStepwiseSequence? Take() => _taken < sequences.Length ? sequences[_taken++] : null;
    }
}
