using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Bench;

/// <summary>
/// Measures the engine and its peers at the same loads, one after the other in every round, so that a machine whose speed
/// drifts favours none of them.
/// </summary>
internal sealed class BenchCompare(
    IReadOnlyList<IBenchContender> contenders,
    Func<double> peak,
    double flop
)
{
    private const double Seconds = 0.6;
    private const int FewestSequences = 512;
    private const double ShortestScale = 0.1;
    private const int BatchOfTraining = 32;
    private const int TokensOfTraining = 128;

    /// <summary>The batches that a program which pads may choose from: the faster one counts.</summary>
    private static readonly int[] PaddedBatches = [32, 128];
    private static readonly int[] Lanes = [1, 32, 128];
    private readonly Dictionary<(string Load, string Contender), List<double>> _rates = [];
    private readonly List<double> _peaks = [];

    /// <summary>Measures some rounds.</summary>
    public BenchComparison Run(int rounds, Reporter reporter, CancellationToken cancellation)
    {
        for (var round = 0; round < rounds; round++)
        {
            _peaks.Add(peak());
            foreach (var lanes in Lanes)
            {
                ForEach(
                    BenchTable.Equal(lanes),
                    contender => contender.EqualRate(lanes, Seconds),
                    cancellation
                );
            }

            var ours = _rates[(BenchTable.Equal(32), contenders[0].Name)][^1];
            var proteome = BenchWorkload.Proteome(
                round,
                (long)(2 * Seconds * ours),
                FewestSequences,
                ShortestScale
            );
            var sorted = proteome.OrderByDescending(sequence => sequence.Length).ToArray();
            ForEach(
                BenchTable.Sorted,
                contender => contender.Rate(sorted) ?? Padded(contender, sorted),
                cancellation
            );
            ForEach(
                BenchTable.AsTheyCome,
                contender => contender.Rate(proteome) ?? Padded(contender, proteome),
                cancellation
            );
            ForEach(
                BenchTable.Padded,
                contender => contender is BenchEngine ? null : Padded(contender, proteome),
                cancellation
            );
            var batch = Batch();
            ForEach(BenchTable.Training, contender => contender.TrainingRate(batch), cancellation);
            _peaks.Add(peak());
            reporter.Say($"comparison: round {round + 1} of {rounds}");
        }

        return Summary(rounds);
    }

    private static ReadOnlyMemory<byte>[] Batch() =>
        [
            .. BenchWorkload
                .Equal(BatchOfTraining, TokensOfTraining - 1)
                .Select(tokens => (ReadOnlyMemory<byte>)tokens),
        ];

    private void ForEach(
        string load,
        Func<IBenchContender, double?> measure,
        CancellationToken cancellation
    )
    {
        foreach (var contender in contenders)
        {
            cancellation.ThrowIfCancellationRequested();
            if (measure(contender) is { } rate)
            {
                RatesOf(load, contender.Name).Add(rate);
            }
        }
    }

    /// <summary>
    /// The rate of real residues in padded batches: a batch takes as long as sequences of equal length that are as long as its
    /// longest, whose rate this round has measured.
    /// </summary>
    private double Padded(IBenchContender contender, byte[][] sequences)
    {
        double Steps(byte[] sequence) => sequence.Length + 1;
        var real = sequences.Sum(Steps);
        return PaddedBatches.Max(size =>
            RatesOf(BenchTable.Equal(size), contender.Name)[^1]
            * real
            / sequences.Chunk(size).Sum(batch => batch.Max(Steps) * batch.Length)
        );
    }

    private List<double> RatesOf(string load, string contender) =>
        _rates.TryGetValue((load, contender), out var rates)
            ? rates
            : _rates[(load, contender)] = [];

    private BenchComparison Summary(int rounds)
    {
        var peaks = BenchSpread.Of(_peaks);
        string[] loads =
        [
            .. Lanes.Select(BenchTable.Equal),
            BenchTable.Sorted,
            BenchTable.AsTheyCome,
            BenchTable.Padded,
            BenchTable.Training,
        ];
        return new BenchComparison(
            rounds,
            peaks,
            [
                .. contenders.Select(contender => new BenchContenderName(
                    contender.Name,
                    contender.Library,
                    contender.MixedLengths
                )),
            ],
            [.. loads.Select(load => new BenchLoad(load, [.. RowsOf(load, peaks)]))]
        );
    }

    private IEnumerable<BenchRate> RowsOf(string load, BenchSpread peaks)
    {
        // Our engine needs no padding: its rate at the sequences as they come is the one to compare with.
        var ours = RatesOf(
            load == BenchTable.Padded ? BenchTable.AsTheyCome : load,
            contenders[0].Name
        );
        // Backward takes twice as many operations as forward.
        var perResidue = load == BenchTable.Training ? 3 * flop : flop;
        foreach (var contender in contenders)
        {
            if (RatesOf(load, contender.Name) is { Count: > 0 } rates)
            {
                var spread = BenchSpread.Of(rates);
                yield return new BenchRate(
                    contender.Name,
                    spread,
                    BenchSpread.Of([.. ours.Zip(rates, (our, rate) => our / rate)]),
                    spread.Median * perResidue * 1e-9 / peaks.Median
                );
            }
        }
    }
}
