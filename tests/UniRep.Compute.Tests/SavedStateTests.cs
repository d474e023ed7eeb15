using static UniRep.Compute.Tests.StepwiseRuns;

namespace UniRep.Compute.Tests;

/// <summary>A sequence that begins at a saved state has the bits that it has from the start.</summary>
public class SavedStateTests
{
    private const int Units = 33;

    private static readonly byte[] WildType = Waves.Tokens(90, 4);

    [Theory]
    [MemberData(nameof(Runs.Sets), MemberType = typeof(Runs))]
    public void Proposals_from_the_nearest_state_have_the_bits_of_whole_runs(InstructionSet set)
    {
        foreach (var (threads, lanes, layers) in new[] { (1, 0, 1), (2, 3, 2), (3, 1, 1) })
        {
            var options = new EngineOptions
            {
                InstructionSet = set,
                Threads = threads,
                Lanes = lanes,
            };
            using var engine = MlstmEngine.Create(Waves.Arrays(Units, layers), options);
            var wildType = new Known(WildType, Units, 16);
            Assert.Equal(WildType.Length + 1, Run(engine, [wildType], 1));
            Assert.Equal([1, 17, 33, 49, 65, 81, 91], wildType.States.Select(at => at.Positions));
            var mutants = Enumerable.Range(0, WildType.Length).Select(Mutant).ToArray();
            var proposals = mutants
                .Select((mutant, at) => new Known(mutant, Units, origin: wildType.States[at / 16]))
                .ToArray();
            var positions = Run(engine, proposals);
            Assert.Equal(
                mutants.Select((_, at) => WildType.Length - at / 16 * 16L).Sum(),
                positions
            );
            var whole = Runs.Run(engine, mutants);
            for (var at = 0; at < mutants.Length; at++)
            {
                Tolerance.AssertSameBits(
                    [.. whole[at].Average, .. whole[at].Final, .. whole[at].Cell],
                    proposals[at].Vectors
                );
            }
        }
    }

    [Fact]
    public void A_state_keeps_the_logits_that_the_next_token_is_chosen_from()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(Units, 1));
        var whole = new Sampled(Units, 1, 30);
        Run(engine, [whole], 1);
        var start = new Saving(0);
        Run(engine, [start], 1);
        Assert.Equal(1, start.State!.Positions);
        Tolerance.AssertSameBits(whole.Logits[..25], start.State.Logits.ToArray());
        var fromState = new Sampled(Units, 1, 30, start.State);
        Assert.Equal(30, Run(engine, [fromState], 1));
        Assert.Equal(whole.Tokens, fromState.Tokens);
        Tolerance.AssertSameBits(whole.Logits, fromState.Logits);
        Tolerance.AssertSameBits(whole.Vectors, fromState.Vectors);
    }

    [Fact]
    public void A_sequence_may_end_where_it_begins()
    {
        using var engine = MlstmEngine.Create(
            Waves.Arrays(Units, 1),
            new EngineOptions { Threads = 2, Lanes = 2 }
        );
        var whole = new Known(WildType, Units, 30);
        Run(engine, [whole], 1);
        var ended = Enumerable
            .Range(0, 20)
            .Select(_ => new Known(WildType, Units, origin: whole.States[^1]))
            .ToArray();
        Assert.Equal(0, Run(engine, ended));
        Assert.All(ended, end => Tolerance.AssertSameBits(whole.Vectors, end.Vectors));
    }

    [Fact]
    public void A_state_tells_its_size_and_whether_it_has_logits()
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(256, 1));
        var known = new Known(WildType, 256, 50);
        Run(engine, [known], 1);
        Assert.All(known.States, state => Assert.True(state.Logits.IsEmpty));
        Assert.Equal(4 * 4 * (256 + 16), known.States[0].Bytes);
        var start = new Saving(0);
        Run(engine, [start], 1);
        Assert.Equal(4 * 4 * (256 + 16) + 4 * 25, start.State!.Bytes);
    }

    [Fact]
    public void A_state_of_another_engine_is_refused()
    {
        using var one = MlstmEngine.Create(Waves.Arrays(Units, 1));
        using var other = MlstmEngine.Create(Waves.Arrays(Units, 1));
        var start = new Saving(0);
        Run(one, [start], 1);
        var error = Assert.Throws<ArgumentException>(() =>
            Run(other, [new Known(WildType, Units, origin: start.State)])
        );
        Assert.Equal("A sequence begins at a state that another engine saved.", error.Message);
    }

    private static byte[] Mutant(int at)
    {
        var mutant = (byte[])WildType.Clone();
        mutant[at] = (byte)(1 + mutant[at] % 20);
        return mutant;
    }

    /// <summary>Saves the state, with logits, after some residues.</summary>
    private sealed class Saving(int residues) : IStepwiseSequence
    {
        public SavedState? State { get; private set; }

        public ReadOnlyMemory<byte> Next(in StepOutput output)
        {
            if (output.Positions <= residues)
            {
                return One(1);
            }

            State = output.Save();
            return default;
        }
    }
}
