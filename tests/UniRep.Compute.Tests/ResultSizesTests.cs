namespace UniRep.Compute.Tests;

public class ResultSizesTests
{
    [Theory]
    [InlineData(Outputs.HiddenStates, 512, 4_194_303)]
    [InlineData(Outputs.HiddenStates | Outputs.Logits, 512, 4_194_303)]
    public void A_sequence_with_results_too_large_for_an_array_is_refused_before_it_is_computed(
        Outputs outputs,
        int units,
        int residues
    )
    {
        using var engine = MlstmEngine.Create(Waves.Arrays(units, 1));
        var sequences = new List<byte[]> { new byte[residues] };
        var error = Assert.Throws<ArgumentException>(() =>
            engine.Run(
                new Runs.Source(sequences.GetEnumerator()),
                new NoSink(),
                outputs,
                null,
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            $"Sequence 0 has {residues} residues; one array holds the states or logits of at most {residues - 1}.",
            error.Message
        );
    }

    private sealed class NoSink : ISequenceSink
    {
        public void Write(in SequenceOutput output) =>
            throw new InvalidOperationException("something was computed");
    }
}
