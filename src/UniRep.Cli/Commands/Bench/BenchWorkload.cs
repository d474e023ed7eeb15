using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>Weights and sequences for measurements, made from a seed.</summary>
internal static class BenchWorkload
{
    private const double MeanLength = 360;

    public static byte[][] Equal(int count, int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => Residues(random, length))];
    }

    /// <summary>Log-normal lengths, median 300, sigma 0.6, at most 2,000, as proteomes have them.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="residues">The number of residues, at least.</param>
    /// <param name="fewest">The number of sequences, at least.</param>
    /// <param name="shortest">
    /// How much shorter all of them may be, where so many sequences would have far more residues.
    /// </param>
    public static byte[][] Proteome(int seed, long residues, int fewest = 256, double shortest = 1)
    {
        var random = new Random(seed);
        var sequences = new List<byte[]>();
        var scale = Math.Clamp(residues / (fewest * MeanLength), shortest, 1);
        for (
            var total = 0L;
            total < residues || sequences.Count < fewest;
            total += sequences[^1].Length
        )
        {
            var normal =
                Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble());
            sequences.Add(
                Residues(random, (int)(scale * Math.Clamp(300 * Math.Exp(0.6 * normal), 20, 2_000)))
            );
        }

        return [.. sequences];
    }

    private static byte[] Residues(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 22))];

    public static MlstmArrays Arrays(int units, int layers)
    {
        var random = new Random(1);
        return MlstmArrays.Create(
            new MlstmShape(units, layers),
            array =>
            {
                var (low, high) = array.Parameter.Kind switch
                {
                    ParameterKind.Bias => (1f, 3f),
                    ParameterKind.Gain => (0.5f, 1.5f),
                    _ => (-1f, 1f),
                };
                var values = new float[array.Length];
                for (var at = 0; at < values.Length; at++)
                {
                    values[at] = low + (high - low) * random.NextSingle();
                }

                return values;
            }
        );
    }

    public sealed class Source(byte[][] sequences) : ISequenceSource
    {
        private int _next;

        public bool IsAtHand => true;

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            tokens = _next < sequences.Length ? sequences[_next] : default;
            return _next++ < sequences.Length;
        }
    }

    public sealed class Sink : ISequenceSink
    {
        public void Write(in SequenceOutput output) { }
    }
}
