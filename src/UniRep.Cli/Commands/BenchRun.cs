using System.Diagnostics;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>
/// Measures limits and engine in turn, several rounds of each, and takes medians, so that a machine whose speed drifts
/// does not favour either. Weights and sequences come from a seed.
/// </summary>
internal sealed class BenchRun(int units, int layers, int threads, CancellationToken cancellation)
{
    private const int Rounds = 5;
    private const double SecondsPerRound = 0.6;
    private readonly MlstmShape _shape = new(units, layers);

    /// <summary>Floating-point operations per residue: the products with h, m and the layer below; those of the first layer's x are tabulated.</summary>
    private double Flop => 2.0 * 5 * units * units * (2 * layers - 1);

    /// <summary>Bytes of weights that every step reads.</summary>
    private double Bytes => Flop / 2 * sizeof(float);

    public BenchFigures Run(Reporter reporter)
    {
        using var engine = MlstmEngine.Create(Arrays(), new EngineOptions { Threads = threads });
        var peaks = new List<double>();
        var reads = new List<double>();
        var single = new List<double>();
        int[] lanes = [1, 2, 4, 8, 16, 32, 64, 128];
        var batches = lanes.ToDictionary(count => count, _ => new List<double>());
        var ragged = new List<double>();
        reporter.Say($"packing done; {Rounds} rounds");
        var speed = Rate(engine, Equal(1, 8));
        for (var round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            reads.Add(MachinePeak.ReadGigabytesPerSecond((long)Bytes, engine.Threads));
            single.Add(Rate(engine, Equal(1, Length(speed))));
            peaks.Add(MachinePeak.FmaGflops(engine.Threads, engine.InstructionSet));
            foreach (var count in lanes)
            {
                var expected = Math.Min(0.7 * peaks[^1] * 1e9 / Flop, count * speed);
                batches[count].Add(Rate(engine, Equal(count, Length(expected / count))));
            }

            ragged.Add(
                Rate(
                    engine,
                    Proteome(round, (long)(1.5 * SecondsPerRound * 0.7 * peaks[^1] * 1e9 / Flop))
                )
            );
            peaks.Add(MachinePeak.FmaGflops(engine.Threads, engine.InstructionSet));
            reporter.Say($"round {round + 1} of {Rounds}");
        }

        var peak = Median(peaks);
        var read = Median(reads);
        return new BenchFigures(
            peak,
            read,
            units,
            layers,
            engine.Threads,
            "float32",
            engine.InstructionSet.ToString(),
            new BenchSingle(Median(single), Median(single) * Bytes * 1e-9 / read),
            [
                .. lanes.Select(count =>
                {
                    var rate = Median(batches[count]);
                    return new BenchBatch(
                        count,
                        rate,
                        rate * Flop * 1e-9,
                        rate * Flop * 1e-9 / peak
                    );
                }),
            ],
            new BenchRagged(Median(ragged), Median(ragged) * Flop * 1e-9 / peak)
        );
    }

    /// <summary>A length that takes about a round at some speed.</summary>
    private static int Length(double residuesPerSecond) =>
        (int)Math.Clamp(residuesPerSecond * SecondsPerRound / 4, 8, 2_000_000);

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private double Rate(MlstmEngine engine, byte[][] sequences)
    {
        var watch = Stopwatch.StartNew();
        engine.Run(new Source(sequences), new Sink(), cancellation: cancellation);
        return sequences.Sum(sequence => sequence.Length + 1.0) / watch.Elapsed.TotalSeconds;
    }

    private static byte[][] Equal(int count, int length)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => Residues(random, length))];
    }

    /// <summary>Log-normal lengths, median 300, sigma 0.6, at most 2,000, as proteomes have them.</summary>
    private static byte[][] Proteome(int seed, long residues)
    {
        var random = new Random(seed);
        var sequences = new List<byte[]>();
        for (
            var total = 0L;
            total < residues || sequences.Count < 256;
            total += sequences[^1].Length
        )
        {
            var normal =
                Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble());
            sequences.Add(
                Residues(random, (int)Math.Clamp(300 * Math.Exp(0.6 * normal), 20, 2_000))
            );
        }

        return [.. sequences];
    }

    private static byte[] Residues(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(1, 22))];

    private MlstmArrays Arrays()
    {
        var random = new Random(1);
        float[] Uniform(long count, float low, float high)
        {
            var values = new float[count];
            for (var at = 0; at < values.Length; at++)
            {
                values[at] = low + (high - low) * random.NextSingle();
            }

            return values;
        }

        LayerArrays Layer(int layer)
        {
            long inputs = _shape.InputWidth(layer);
            return new LayerArrays
            {
                Wmx = Uniform(inputs * units, -1, 1),
                Wmh = Uniform((long)units * units, -1, 1),
                Wx = Uniform(inputs * _shape.Gates, -1, 1),
                Wh = Uniform((long)units * _shape.Gates, -1, 1),
                B = Uniform(_shape.Gates, 1, 3),
                Gmx = Uniform(units, 0.5f, 1.5f),
                Gmh = Uniform(units, 0.5f, 1.5f),
                Gx = Uniform(_shape.Gates, 0.5f, 1.5f),
                Gh = Uniform(_shape.Gates, 0.5f, 1.5f),
            };
        }

        return new MlstmArrays
        {
            Shape = _shape,
            Embed = Uniform(MlstmShape.Tokens * _shape.Embedding, -1, 1),
            Layers = [.. Enumerable.Range(0, layers).Select(Layer)],
            HeadW = Uniform((long)units * MlstmShape.Classes, -1, 1),
            HeadB = Uniform(MlstmShape.Classes, -1, 1),
        };
    }

    private sealed class Source(byte[][] sequences) : ISequenceSource
    {
        private int _next;

        public bool TryRead(out ReadOnlyMemory<byte> tokens)
        {
            tokens = _next < sequences.Length ? sequences[_next] : default;
            return _next++ < sequences.Length;
        }
    }

    private sealed class Sink : ISequenceSink
    {
        public void Write(in SequenceOutput output) { }
    }
}
