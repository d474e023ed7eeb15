using System.Diagnostics;
using System.Globalization;
using UniRep.Compute;

namespace UniRep.Benchmarks;

/// <summary>
/// Compares the precisions of one model on natural sequences: errors against exact, and the speed as a multiple of that of
/// exact. Each round times all precisions in turn.
/// </summary>
internal static class PrecisionTable
{
    private const int LongestSequence = 600;
    private static readonly Precision[] Reduced =
    [
        Precision.Int16Weights,
        Precision.Int16,
        Precision.Int8,
    ];

    /// <param name="model">The name of a model, a file or a folder.</param>
    /// <param name="fasta">Where sequences come from.</param>
    /// <param name="sequences">How many sequences of at most 600 residues to take, spread evenly over the file.</param>
    /// <param name="rounds">How often each precision is timed.</param>
    public static void Print(string model, string fasta, int sequences, int rounds)
    {
        var resolved = WeightStore.resolve(model);
        if (resolved.IsError)
        {
            Console.Error.WriteLine(resolved.ErrorValue.Message);
            Environment.ExitCode = 1;
            return;
        }

        var weights = resolved.ResultValue.Weights;
        var proteins = Sample(fasta, sequences);
        // The least units for int8 hold for loading by name, not here.
        var models = new[] { Precision.Exact }
            .Concat(Reduced)
            .Select(precision =>
                ModelModule
                    .ofWeights(Cpu.backend(new EngineOptions { Precision = precision }), weights)
                    .ResultValue
            )
            .ToArray();
        Console.WriteLine(
            $"{weights.Card.Name}: {proteins.Length} proteins, {proteins.Sum(one => one.Length)} residues; {DeviceModule.describe(models[0].Device)}"
        );
        var seconds = models.Select(_ => new List<double>()).ToArray();
        var results = new Rep[models.Length][];
        for (var round = 0; round < rounds; round++)
        {
            for (var at = 0; at < models.Length; at++)
            {
                var watch = Stopwatch.StartNew();
                results[at] = [.. ModelModule.representMany(models[at], proteins)];
                seconds[at].Add(watch.Elapsed.TotalSeconds);
            }
        }

        Console.WriteLine(
            "| model | precision | average: error, median | worst | 1 - cosine, median | worst | final: error, median | worst | 1 - cosine, median | worst | speed |"
        );
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        for (var at = 1; at < models.Length; at++)
        {
            var ratio = Median(seconds[0].Zip(seconds[at], (exact, reduced) => exact / reduced));
            Console.WriteLine(
                $"| {weights.Card.Name} | {models[at].Precision} | {Errors(results, at, rep => rep.Average)} | {Errors(results, at, rep => rep.Final)} | {ratio.ToString("0.0", CultureInfo.InvariantCulture)} |"
            );
        }

        Array.ForEach(models, one => one.Dispose());
    }

    private static Sequence[] Sample(string fasta, int sequences)
    {
        Sequence[] all =
        [
            .. SequenceFile
                .read(SequenceFile.defaults, fasta)
                .Where(record =>
                    record.IsOk && record.ResultValue.Sequence.Length <= LongestSequence
                )
                .Select(record => record.ResultValue.Sequence),
        ];
        var taken = Math.Min(sequences, all.Length);
        return
        [
            .. Enumerable
                .Range(0, taken)
                .Select(number => all[(int)((long)number * all.Length / taken)]),
        ];
    }

    /// <summary>
    /// The largest error of a vector relative to max(1, |x|), and 1 - cosine: of the median vector and of the worst.
    /// </summary>
    private static string Errors(Rep[][] results, int at, Func<Rep, float[]> vector)
    {
        var found = results[at].Select(vector).ToArray();
        var exact = results[0].Select(vector).ToArray();
        var errors = found.Zip(
            exact,
            (x, y) => x.Zip(y, (a, b) => Math.Abs(a - b) / Math.Max(1.0, Math.Abs(b))).Max()
        );
        var angles = found.Zip(exact, (x, y) => 1 - Dot(x, y) / Math.Sqrt(Dot(x, x) * Dot(y, y)));
        return $"{MedianAndWorst(errors)} | {MedianAndWorst(angles)}";
    }

    private static string MedianAndWorst(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Median(all):0.0e-0} | {all.Max():0.0e-0}"
        );
    }

    private static double Dot(float[] x, float[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();

    private static double Median(IEnumerable<double> values) =>
        values.Order().ToArray() is var all ? all[all.Length / 2] : double.NaN;
}
