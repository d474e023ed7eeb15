using System.Diagnostics;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares stepwise runs with a run over the same sequences: of known residues, of tokens that are chosen one by one from the
/// logits, and of mutants from saved states. Rounds alternate, because the speed of a machine can drift.
/// </summary>
internal static class StepwiseThroughput
{
    private const int SavedEvery = 16;

    public static void Print(int units, int layers, int sequences, int rounds, int threads)
    {
        using var engine = MlstmEngine.Create(
            RandomModel.Arrays(units, layers),
            new EngineOptions { Threads = threads }
        );
        var input = Workload.Proteome(sequences);
        var positions = input.Sum(tokens => tokens.Length + 1.0);
        Console.WriteLine(
            $"{units} x {layers}, {engine.Threads} threads, {positions:N0} positions"
        );
        void Plain(Outputs outputs) =>
            engine.Run(new ArraySource(input), new ChecksumSink(), outputs);
        Compare(
            "known residues",
            rounds,
            () => Plain(Outputs.Vectors),
            () => Run(engine, input.Select(tokens => new Known(tokens)), sequences)
        );
        Compare(
            "chosen one by one",
            rounds,
            () => Plain(Outputs.Logits),
            () => Run(engine, input.Select(tokens => new Chosen(tokens.Length)), sequences)
        );
        var wildType = Workload.Equal(1, 300)[0];
        var saved = new Known(wildType, SavedEvery);
        Run(engine, [saved], 1);
        var random = new Random(5);
        var mutants = Enumerable.Range(0, sequences).Select(_ => random.Next(300)).ToArray();
        Compare(
            $"mutants from states, 1 of {SavedEvery} positions saved, {saved.States[0].Bytes:N0} bytes each",
            rounds,
            () => Run(engine, mutants.Select(_ => new Known(wildType)), sequences),
            () =>
                Run(
                    engine,
                    mutants.Select(at => new Known(
                        wildType,
                        int.MaxValue,
                        saved.States[at / SavedEvery]
                    )),
                    sequences
                )
        );
    }

    private static void Compare(string name, int rounds, Action plain, Action stepwise)
    {
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var (one, other) =
                round % 2 == 0
                    ? (Seconds(plain), Seconds(stepwise))
                    : Reversed(Seconds(stepwise), Seconds(plain));
            ratios.Add(one / other);
        }

        ratios.Sort();
        Console.WriteLine(
            $"{name}: {ratios[ratios.Count / 2]:F2} times as fast ({ratios[0]:F2} to {ratios[^1]:F2})"
        );
    }

    private static (double First, double Second) Reversed(double first, double second) =>
        (second, first);

    private static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Run(MlstmEngine engine, IEnumerable<IStepwiseSequence> sequences, int count)
    {
        using var run = engine.BeginStepwise(new Source(sequences.GetEnumerator()), count);
        run.Advance();
    }

    private sealed class Source(IEnumerator<IStepwiseSequence> sequences) : IStepwiseSource
    {
        public IStepwiseSequence? Take() => sequences.MoveNext() ? sequences.Current : null;
    }

    private sealed class Known(
        byte[] tokens,
        int saveEvery = int.MaxValue,
        SavedState? origin = null
    ) : IStepwiseSequence
    {
        private readonly float[] _vectors = new float[3 * 2048];
        private int _at = (origin?.Positions ?? 1) - 1;

        public SavedState? Origin => origin;

        public bool NeedsLogits => false;

        public List<SavedState> States { get; } = [];

        public ReadOnlyMemory<byte> Next(in StepOutput output)
        {
            if (saveEvery < int.MaxValue)
            {
                States.Add(output.Save());
            }

            if (_at == tokens.Length)
            {
                output.CopyVectors(_vectors);
            }

            var next = tokens.AsMemory(_at, Math.Min(saveEvery, tokens.Length - _at));
            _at += next.Length;
            return next;
        }
    }

    /// <summary>Takes the largest logit, as a stand-in for a choice.</summary>
    private sealed class Chosen(int length) : IStepwiseSequence
    {
        private readonly byte[] _token = new byte[1];

        public ReadOnlyMemory<byte> Next(in StepOutput output)
        {
            if (output.Positions > length)
            {
                return default;
            }

            var best = 0;
            for (var k = 1; k < 22; k++)
            {
                best = output.Logits[k] > output.Logits[best] ? k : best;
            }

            _token[0] = (byte)(best + 1);
            return _token;
        }
    }
}
