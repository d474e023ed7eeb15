namespace UniRep.Compute.Tests;

/// <summary>Runs an engine over sequences in memory and keeps copies of the results.</summary>
internal static class Runs
{
    public static TheoryData<InstructionSet> Sets => [.. MlstmEngine.Supported];

    public static List<Result> Run(
        MlstmEngine engine,
        IEnumerable<byte[]> sequences,
        Outputs outputs = Outputs.Vectors
    )
    {
        var sink = new KeepingSink();
        engine.Run(
            new Source(sequences.GetEnumerator()),
            sink,
            outputs,
            null,
            TestContext.Current.CancellationToken
        );
        return sink.Results;
    }

    /// <summary>Runs an engine, and gives the number of positions that it computed.</summary>
    public static (List<Result> Results, long Positions) RunCounted(
        MlstmEngine engine,
        IEnumerable<byte[]> sequences
    )
    {
        var sink = new KeepingSink();
        using var run = engine.Begin(
            new Source(sequences.GetEnumerator()),
            sink,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.True(run.Advance());
        return (sink.Results, run.Positions);
    }

    /// <summary>Asserts that results are equal to the last bit, and finite.</summary>
    public static void AssertSameBits(IReadOnlyList<Result> expected, IReadOnlyList<Result> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var index = 0; index < expected.Count; index++)
        {
            Tolerance.AssertSameBits(expected[index].Numbers, actual[index].Numbers);
        }
    }

    /// <summary>Asserts that the three vectors of each result are those of the equations, within the accuracy of float32.</summary>
    public static void AssertVectorsClose(
        IReadOnlyList<Reference.Result> expected,
        IReadOnlyList<Result> actual
    )
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var index = 0; index < expected.Count; index++)
        {
            var (e, a) = (expected[index], actual[index]);
            Tolerance.AssertClose(e.Average, a.Average, Tolerance.Engine);
            Tolerance.AssertClose(e.Final, a.Final, Tolerance.Engine);
            Tolerance.AssertClose(e.Cell, a.Cell, Tolerance.Engine);
        }
    }

    /// <summary>Asserts the same of the vectors, the hidden states and the logits.</summary>
    public static void AssertEverythingClose(
        IReadOnlyList<Reference.Result> expected,
        IReadOnlyList<Result> actual
    )
    {
        AssertVectorsClose(expected, actual);
        for (var index = 0; index < expected.Count; index++)
        {
            var (e, a) = (expected[index], actual[index]);
            Tolerance.AssertClose(e.HiddenStates, a.HiddenStates, Tolerance.Engine);
            Tolerance.AssertClose(e.Logits, a.Logits, Tolerance.Engine);
        }
    }

    internal sealed record Result(
        long Index,
        float[] Average,
        float[] Final,
        float[] Cell,
        float[] HiddenStates,
        float[] Logits
    )
    {
        /// <summary>Every number.</summary>
        public float[] Numbers => [.. Average, .. Final, .. Cell, .. HiddenStates, .. Logits];
    }

    internal sealed class Source(IEnumerator<byte[]> sequences) : ISequenceSource
    {
        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            var found = sequences.MoveNext();
            tokens = found ? sequences.Current : default;
            return found;
        }
    }

    internal sealed class KeepingSink : ISequenceSink
    {
        public List<Result> Results { get; } = [];

        public void Write(in SequenceOutput output) =>
            Results.Add(
                new Result(
                    output.Index,
                    output.Average.ToArray(),
                    output.Final.ToArray(),
                    output.Cell.ToArray(),
                    output.HiddenStates.ToArray(),
                    output.Logits.ToArray()
                )
            );
    }
}
