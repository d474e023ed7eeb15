namespace UniRep.Compute.Tests;

/// <summary>Runs sequences that are decided while they are computed.</summary>
internal static class StepwiseRuns
{
    /// <summary>The tokens, one in each slice.</summary>
    private static readonly byte[] Single =
    [
        .. Enumerable.Range(0, 26).Select(token => (byte)token),
    ];

    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ReadOnlyMemory<byte> One(int token) => Single.AsMemory(token, 1);

    /// <summary>Runs sequences to their ends.</summary>
    /// <returns>The number of positions computed.</returns>
    public static long Run(
        MlstmEngine engine,
        IEnumerable<IStepwiseSequence> sequences,
        int atMost = int.MaxValue
    )
    {
        using var run = engine.BeginStepwise(new Source(sequences), atMost, Token);
        Assert.True(run.Advance());
        return run.Positions;
    }

    internal sealed class Source(IEnumerable<IStepwiseSequence> sequences) : IStepwiseSource
    {
        private readonly IEnumerator<IStepwiseSequence> _sequences = sequences.GetEnumerator();

        public IStepwiseSequence? Take() => _sequences.MoveNext() ? _sequences.Current : null;
    }

    /// <summary>
    /// Chooses each token from the logits and a stream of its own, and ends after some residues. Keeps everything it is told.
    /// </summary>
    internal sealed class Sampled(int units, int seed, int length, SavedState? origin = null)
        : IStepwiseSequence
    {
        private readonly Random _random = new(seed);

        public SavedState? Origin => origin;

        public List<byte> Tokens { get; } = [];

        public List<float> Logits { get; } = [];

        public float[] Vectors { get; } = new float[3 * units];

        public ReadOnlyMemory<byte> Next(in StepOutput output)
        {
            Logits.AddRange(output.Logits);
            if (Tokens.Count == length)
            {
                output.CopyVectors(Vectors);
                return default;
            }

            // The largest of the logits, with noise.
            var best = 0;
            var highest = float.NegativeInfinity;
            for (var k = 0; k < 23; k++)
            {
                var value = output.Logits[k] + _random.NextSingle();
                (best, highest) = value > highest ? (k, value) : (best, highest);
            }

            Tokens.Add((byte)(best + 1));
            return One(best + 1);
        }
    }

    /// <summary>Computes known residues from a state, and saves the states after some of them.</summary>
    internal sealed class Known(
        byte[] tokens,
        int units,
        int saveEvery = int.MaxValue,
        SavedState? origin = null
    ) : IStepwiseSequence
    {
        private int _at = (origin?.Positions ?? 1) - 1;

        public SavedState? Origin => origin;

        public bool NeedsLogits => false;

        public List<SavedState> States { get; } = [];

        public float[] Vectors { get; } = new float[3 * units];

        public List<float> Logits { get; } = [];

        public ReadOnlyMemory<byte> Next(in StepOutput output)
        {
            Assert.Equal(_at + 1, output.Positions);
            Logits.AddRange(output.Logits);
            if (saveEvery < int.MaxValue)
            {
                States.Add(output.Save());
            }

            if (_at == tokens.Length)
            {
                output.CopyVectors(Vectors);
                return default;
            }

            var next = tokens.AsMemory(_at, Math.Min(saveEvery, tokens.Length - _at));
            _at += next.Length;
            return next;
        }
    }

    /// <summary>Calls an action at each step, and never ends.</summary>
    internal sealed class Endless(Action onStep) : IStepwiseSequence
    {
        public bool NeedsLogits => false;

        public ReadOnlyMemory<byte> Next(in StepOutput output)
        {
            onStep();
            return One(5);
        }
    }
}
