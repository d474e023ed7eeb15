namespace UniRep.Compute.Tests;

/// <summary>The bits of a sequence do not depend on the other sequences, the threads or the lanes.</summary>
public class InvarianceTests
{
    private const Outputs Everything = Outputs.HiddenStates | Outputs.Logits;

    private static readonly byte[][] Sequences =
    [
        .. Enumerable.Range(0, 40).Select(index => Waves.Tokens(1 + index * 37 % 60, index)),
    ];

    public static TheoryData<InstructionSet, int, int, Precision> SetsAndShapes
    {
        get
        {
            var cases = new TheoryData<InstructionSet, int, int, Precision>();
            foreach (var set in MlstmEngine.Supported)
            {
                foreach (var precision in Enum.GetValues<Precision>())
                {
                    cases.Add(set, 33, 1, precision);
                    cases.Add(set, 20, 3, precision);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(SetsAndShapes))]
    public void Batch_threads_lanes_and_chunks_change_nothing(
        InstructionSet set,
        int units,
        int layers,
        Precision precision
    )
    {
        var arrays = Waves.Arrays(units, layers);
        using var plain = MlstmEngine.Create(
            arrays,
            new EngineOptions
            {
                InstructionSet = set,
                Precision = precision,
                Threads = 1,
            }
        );
        var alone = Sequences
            .SelectMany(sequence => Runs.Run(plain, [sequence], Everything))
            .ToList();
        foreach (
            var (threads, lanes, chunk) in new[]
            {
                (1, 0, 1L << 24),
                (2, 1, 1L << 24),
                (3, 2, 4_000L),
                (2, 7, 100_000L),
                (2, 32, 1L),
            }
        )
        {
            var options = new EngineOptions
            {
                InstructionSet = set,
                Precision = precision,
                Threads = threads,
                Lanes = lanes,
                ChunkBytes = chunk,
            };
            using var engine = MlstmEngine.Create(arrays, options);
            Runs.AssertSameBits(alone, Runs.Run(engine, Sequences, Everything));
        }
    }

    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void Order_and_repetition_change_nothing(InstructionSet set)
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(33, 1),
            new EngineOptions { InstructionSet = set }
        );
        var expected = Runs.Run(engine, Sequences);
        var order = Enumerable
            .Range(0, 3 * Sequences.Length)
            .Select(at => at * 7 % Sequences.Length)
            .ToArray();
        var shuffled = Runs.Run(engine, order.Select(index => Sequences[index]));
        Runs.AssertSameBits([.. order.Select(index => expected[index])], shuffled);
        Assert.Equal(
            Enumerable.Range(0, order.Length).Select(index => (long)index),
            shuffled.Select(result => result.Index)
        );
    }

    [Theory]
    [InlineData(Precision.Int16)]
    [InlineData(Precision.Int8)]
    public void Kernels_written_at_run_time_change_nothing(Precision precision)
    {
        var arrays = Waves.Arrays(100, 2);
        using var emitted = MlstmEngine.Create(arrays, new EngineOptions { Precision = precision });
        Assert.SkipUnless(emitted.IsEmitted, "there are none for this machine");
        using var managed = MlstmEngine.Create(
            arrays,
            new EngineOptions { Precision = precision, ManagedOnly = true }
        );
        Assert.False(managed.IsEmitted);
        Runs.AssertSameBits(
            Runs.Run(managed, Sequences, Everything),
            Runs.Run(emitted, Sequences, Everything)
        );
    }

    [Fact]
    public void Threads_that_share_the_panels_of_a_step_change_nothing()
    {
        // One sequence on two or three threads: they share every step.
        var arrays = Waves.Arrays(150, 2);
        using var plain = MlstmEngine.Create(arrays, new EngineOptions { Threads = 1 });
        var tokens = Waves.Tokens(300, 5);
        foreach (var threads in new[] { 2, 3 })
        {
            using var shared = MlstmEngine.Create(arrays, new EngineOptions { Threads = threads });
            Runs.AssertSameBits(
                Runs.Run(plain, [tokens], Everything),
                Runs.Run(shared, [tokens], Everything)
            );
        }
    }

    [Fact]
    public async Task Runs_at_the_same_time_do_not_disturb_each_other()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(33, 1));
        var expected = Runs.Run(engine, Sequences);
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => Runs.Run(engine, Sequences)))
        );
        Assert.All(runs, results => Runs.AssertSameBits(expected, results));
    }
}
