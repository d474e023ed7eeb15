using System.Globalization;
using System.Text;

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
    BenchRagged Ragged
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

/// <summary>The figures as people read them.</summary>
internal static class BenchTable
{
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
            $"{"one sequence", -22}{figures.Single.ResiduesPerSecond, 12:N0}{"", 10}  {figures.Single.ShareOfBandwidth:P0} of reading"
        );
        foreach (var batch in figures.Batches)
        {
            Line(
                $"{batch.Lanes + " of equal length", -22}{batch.ResiduesPerSecond, 12:N0}{batch.Gflops, 10:N1}  {batch.ShareOfPeak:P0} of peak"
            );
        }

        Line(
            $"{"like a proteome", -22}{figures.Ragged.ResiduesPerSecond, 12:N0}{figures.Ragged.ShareOfPeak * figures.PeakGflops, 10:N1}  {figures.Ragged.ShareOfPeak:P0} of peak"
        );
        return text.ToString().TrimEnd();
    }
}
