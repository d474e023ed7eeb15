namespace UniRep.Compute.Tests;

/// <summary>A run may begin every sequence with stop, as a model does that reads backward.</summary>
public class FirstTokenTests
{
    private sealed class Source(IEnumerable<byte[]> sequences, int firstToken) : ISequenceSource
    {
        private readonly IEnumerator<byte[]> _sequences = sequences.GetEnumerator();

        public int FirstToken => firstToken;

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            var found = _sequences.MoveNext();
            tokens = found ? _sequences.Current : default;
            return found;
        }
    }

    private static List<Runs.Result> Run(
        MlstmEngine engine,
        IEnumerable<byte[]> sequences,
        int firstToken
    )
    {
        var sink = new Runs.KeepingSink();
        engine.Run(
            new Source(sequences, firstToken),
            sink,
            Outputs.Logits,
            null,
            TestContext.Current.CancellationToken
        );
        return sink.Results;
    }

    [Fact]
    public void Every_sequence_of_a_run_begins_with_its_first_token()
    {
        var trunk = Waves.Tokens(40, 3);
        byte[][] sequences = [trunk, trunk[..20], [.. trunk[..15], 7, 8], Waves.Tokens(30, 5)];
        using var engine = MlstmEngine.Create(Waves.Arrays(20, 2));
        var together = Run(engine, sequences, MlstmShape.Stop);
        var alone = sequences
            .SelectMany(sequence => Run(engine, [sequence], MlstmShape.Stop))
            .ToList();
        for (var index = 0; index < sequences.Length; index++)
        {
            Tolerance.AssertSameBits(alone[index].Logits, together[index].Logits);
            Tolerance.AssertSameBits(alone[index].Final, together[index].Final);
        }

        var forward = Run(engine, sequences, MlstmShape.Start);
        Runs.AssertSameBits(Runs.Run(engine, sequences, Outputs.Logits), forward);
        Assert.NotEqual(forward[0].Logits[..25], together[0].Logits[..25]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(26)]
    public void A_residue_cannot_be_the_first_token(int token)
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(5, 1));
        Assert.Throws<ArgumentException>(() => Run(engine, [Waves.Tokens(5, 1)], token));
    }
}
