using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands;

/// <summary>What `unirep bench` measures; rates are medians.</summary>
internal sealed record BenchFigures(
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<BenchComparison>? Compare
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

/// <summary>The engine beside a peer at one load, in residues per second, and the peak in the same rounds.</summary>
internal sealed record BenchComparison(
    string Peer,
    string Load,
    BenchSpread Ours,
    BenchSpread Theirs,
    double Ratio,
    double OurShareOfPeak,
    double TheirShareOfPeak,
    BenchSpread PeakGflops
);

/// <summary>The results of several rounds. Their spread shows how quiet the machine was.</summary>
internal sealed record BenchSpread(double Median, double Least, double Most)
{
    public static BenchSpread Of(List<double> values) =>
        new(values.Order().ElementAt(values.Count / 2), values.Min(), values.Max());
}

/// <summary>The figures as people read them.</summary>
internal static class BenchTable
{
    public const string Single = "one sequence";
    public const string Ragged = "like a proteome";

    public static string Equal(int lanes) => lanes == 1 ? Single : $"{lanes} of equal length";

    public static string Of(BenchFigures figures)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) =>
            text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line(
            $"{figures.Units} units x {figures.Layers} layers, {figures.Precision}, {figures.InstructionSet}, {figures.Threads} threads"
        );
        Line($"peak of multiply-adds {figures.PeakGflops, 10:N1} GFLOP/s");
        Line($"reading the weights   {figures.BandwidthGBs, 10:N1} GB/s");
        text.AppendLine();
        Line($"{"", -22}{"residues/s", 12}{"GFLOP/s", 10}  share of");
        Line(
            $"{Single, -22}{figures.Single.ResiduesPerSecond, 12:N0}{"", 10}  {figures.Single.ShareOfBandwidth:P0} of reading"
        );
        foreach (var batch in figures.Batches)
        {
            Line(
                $"{batch.Lanes + " of equal length", -22}{batch.ResiduesPerSecond, 12:N0}{batch.Gflops, 10:N1}  {batch.ShareOfPeak:P0} of peak"
            );
        }

        Line(
            $"{Ragged, -22}{figures.Ragged.ResiduesPerSecond, 12:N0}{figures.Ragged.ShareOfPeak * figures.PeakGflops, 10:N1}  {figures.Ragged.ShareOfPeak:P0} of peak"
        );
        if (figures.Compare is [var first, ..])
        {
            text.AppendLine();
            Line(
                $"beside {first.Peer}, residues/s: median of {BenchRun.Rounds} rounds (least to most); peak {Text(first.PeakGflops, "N1")} GFLOP/s"
            );
            Line($"{"", -20}{"ours", 29}{"of peak", 9}{"theirs", 29}{"of peak", 9}{"ratio", 8}");
            foreach (var row in figures.Compare)
            {
                Line(
                    $"{row.Load, -20}{Text(row.Ours), 29}{row.OurShareOfPeak, 9:P0}{Text(row.Theirs), 29}{row.TheirShareOfPeak, 9:P0}{row.Ratio, 8:N1}"
                );
            }
        }

        return text.ToString().TrimEnd();
    }

    private static string Text(BenchSpread spread, string format = "N0") =>
        $"{Reporter.Number(spread.Median, format)} ({Reporter.Number(spread.Least, format)} to {Reporter.Number(spread.Most, format)})";
}
