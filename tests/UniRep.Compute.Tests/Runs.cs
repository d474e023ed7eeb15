namespace UniRep.Compute.Tests;

/// <summary>Runs an engine over sequences at hand and keeps copies of the results.</summary>
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

    /// <summary>Asserts that results are equal to the last bit.</summary>
    public static void AssertSameBits(IReadOnlyList<Result> expected, IReadOnlyList<Result> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var index = 0; index < expected.Count; index++)
        {
            Assert.Equal(expected[index].Bits, actual[index].Bits);
        }
    }

    /// <summary>Asserts |actual − expected| ≤ 2e-5 · max(1, |expected|): float32 against float64.</summary>
    public static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected
            .Zip(actual, (e, a) => Math.Abs(a - e) / Math.Max(1, Math.Abs(e)))
            .DefaultIfEmpty(0)
            .Max();
        Assert.True(worst <= 2e-5, $"off by {worst:E2}");
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
        /// <summary>Every number's bits.</summary>
        public int[] Bits =>
            [
                .. Average
                    .Concat(Final)
                    .Concat(Cell)
                    .Concat(HiddenStates)
                    .Concat(Logits)
                    .Select(BitConverter.SingleToInt32Bits),
            ];
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
