using System.Text.Json.Serialization;

namespace UniRep.Cli.Commands.Bench;

/// <summary>What `unirep bench` measures; rates are medians.</summary>
internal sealed record BenchFigures(
    string Program,
    DateTime Measured,
    BenchMachine Machine,
    double PeakGflops,
    double BandwidthGBs,
    int Units,
    int Layers,
    int Threads,
    string Precision,
    string InstructionSet,
    BenchSingle Single,
    IReadOnlyList<BenchBatch> Batches,
    BenchRagged Ragged,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BenchComparison? Compare
);

/// <summary>One sequence: bound by reading the weights.</summary>
internal sealed record BenchSingle(double ResiduesPerSecond, double ShareOfBandwidth);

/// <summary>Sequences of equal length, side by side.</summary>
internal sealed record BenchBatch(
    int Lanes,
    double ResiduesPerSecond,
    double Gflops,
    double ShareOfPeak
);

/// <summary>Sequences of a proteome's lengths.</summary>
internal sealed record BenchRagged(double ResiduesPerSecond, double ShareOfPeak);

/// <summary>The engine and its peers at the same loads, in the same rounds; the first is what the others are compared with.</summary>
internal sealed record BenchComparison(
    int Rounds,
    BenchSpread PeakGflops,
    IReadOnlyList<BenchContenderName> Contenders,
    IReadOnlyList<BenchLoad> Loads
);

/// <summary>What is compared, its library with the version, and what it does with sequences of mixed lengths.</summary>
internal sealed record BenchContenderName(string Name, string Library, string MixedLengths);

/// <summary>The rates at one load: residues per second, or tokens per second in training.</summary>
internal sealed record BenchLoad(string Load, IReadOnlyList<BenchRate> Rates);

/// <summary>One rate at a load, and how many times as fast the first one is, round by round.</summary>
internal sealed record BenchRate(
    string Contender,
    BenchSpread Rate,
    BenchSpread Ratio,
    double ShareOfPeak
);

/// <summary>The results of several rounds. Their spread shows how quiet the machine was.</summary>
internal sealed record BenchSpread(double Median, double Least, double Most)
{
    public static BenchSpread Of(List<double> values) =>
        new(values.Order().ElementAt(values.Count / 2), values.Min(), values.Max());
}
