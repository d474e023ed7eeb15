namespace UniRep.Compute.Tests;

/// <summary>The results of the engine of the CPU, to compare with.</summary>
internal sealed record EngineRun(
    float[] Average,
    float[] Final,
    float[] Cell,
    float[] HiddenStates,
    float[] Logits
)
{
    /// <summary>Runs sequences, without their first token.</summary>
    public static List<EngineRun> Of(MlstmEngine engine, IReadOnlyList<byte[]> sequences)
    {
        var sink = new Sink();
        engine.Run(
            new Source(sequences),
            sink,
            Outputs.HiddenStates | Outputs.Logits,
            null,
            TestContext.Current.CancellationToken
        );
        return sink.Results;
    }

    public sealed class Source(IReadOnlyList<byte[]> sequences) : ISequenceSource
    {
        private int _next;

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            tokens = _next < sequences.Count ? sequences[_next] : default;
            return _next++ < sequences.Count;
        }
    }

    public sealed class Sink : ISequenceSink
    {
        public List<EngineRun> Results { get; } = [];

        public void Write(in SequenceOutput output) =>
            Results.Add(
                new EngineRun(
                    output.Average.ToArray(),
                    output.Final.ToArray(),
                    output.Cell.ToArray(),
                    output.HiddenStates.ToArray(),
                    output.Logits.ToArray()
                )
            );
    }
}
