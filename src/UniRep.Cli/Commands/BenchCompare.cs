namespace UniRep.Cli.Commands;

/// <summary>A peer's rates at the loads that the engine has just been measured at, round by round.</summary>
internal sealed class BenchCompare(BenchTorch torch, double flop)
{
    private const int Length = 1000;
    private readonly Dictionary<string, List<double>> _rates = [];

    /// <summary>Gets the numbers of sequences of equal length that are compared.</summary>
    public static IReadOnlyList<int> Lanes { get; } = [1, 32, 128];

    /// <summary>Measures the peer with sequences of equal length in one batch.</summary>
    public void Equal(int lanes) =>
        Rates(BenchTable.Equal(lanes))
            .Add(torch.Rate([.. Enumerable.Repeat(Length, lanes)], lanes));

    /// <summary>
    /// Measures the peer with a proteome's lengths in padded batches, drawn as they come, of the size that by its
    /// rates of this round loses least.
    /// </summary>
    public void Ragged(byte[][] sequences)
    {
        int[] lengths = [.. sequences.Select(sequence => sequence.Length)];
        var best = new[] { 32, 128 }.MinBy(size =>
            lengths.Chunk(size).Sum(batch => (double)batch.Max() * size)
            / Rates(BenchTable.Equal(size))[^1]
        );
        Rates(BenchTable.Ragged).Add(torch.Rate(lengths, best));
    }

    /// <summary>The engine's rates beside the peer's.</summary>
    public IReadOnlyList<BenchComparison> Against(
        IReadOnlyDictionary<int, List<double>> batches,
        List<double> ragged,
        List<double> peaks
    ) =>
        [
            .. Lanes.Select(lanes => Row(BenchTable.Equal(lanes), batches[lanes], peaks)),
            Row(BenchTable.Ragged, ragged, peaks),
        ];

    private BenchComparison Row(string load, List<double> rates, List<double> peaks)
    {
        var (ours, theirs) = (BenchSpread.Of(rates), BenchSpread.Of(Rates(load)));
        var peak = BenchSpread.Of(peaks);
        return new BenchComparison(
            torch.Name,
            load,
            ours,
            theirs,
            ours.Median / theirs.Median,
            ours.Median * flop * 1e-9 / peak.Median,
            theirs.Median * flop * 1e-9 / peak.Median,
            peak
        );
    }

    private List<double> Rates(string load) =>
        _rates.TryGetValue(load, out var rates) ? rates : _rates[load] = [];
}
