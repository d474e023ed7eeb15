using System.Globalization;
using System.Text;
using UniRep.Cli.Commands.Doctor;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.Bench;

/// <summary>The figures as people read them.</summary>
internal static class BenchTable
{
    public const string Single = "one sequence";
    public const string Ragged = "like a proteome";
    public const string Sorted = "mixed lengths, sorted";
    public const string AsTheyCome = "mixed lengths, as they come";
    public const string Padded = "mixed lengths, padded";
    public const string Training = "training (tokens/s)";

    public static string Equal(int lanes) =>
        lanes == 1 ? Single : $"{Reporter.Number(lanes)} of equal length";

    public static string Of(BenchFigures figures)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) =>
            text.AppendLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
        Line(
            $"{figures.Units} units x {Reporter.Counted(figures.Layers, "layer")}, {figures.Precision}, {figures.InstructionSet}, {Reporter.Counted(figures.Threads, "thread")}"
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
        if (figures.Compare is { } compare)
        {
            text.AppendLine();
            Compared(compare, Line);
        }

        return text.ToString().TrimEnd();
    }

    public static string Of(BenchGpuFigures figures)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) =>
            text.AppendLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
        Line(
            $"{figures.Units} units x {Reporter.Counted(figures.Layers, "layer")}, {figures.Precision}, {figures.Gpu.Device} ({figures.Gpu.Name})"
        );
        var exact =
            figures.Precision == SharedOptions.Exact ? "; exact takes three products for one" : "";
        var peak = figures.Gpu.NominalPeak;
        if (peak is not null)
        {
            Line(
                $"nominal peak in bfloat16   {peak * 1e-12, 12:N0} TFLOP/s ({DoctorText.Clocked(figures.Gpu)}{exact})"
            );
        }

        var measured = figures.MeasuredPeak.Teraflops;
        Line(
            measured is null
                ? $"measured peak in bfloat16  none: {figures.MeasuredPeak.Missing}"
                : (FormattableString)
                    $"measured peak in bfloat16  {measured.Median, 12:N0} TFLOP/s ({measured.Least:N0} to {measured.Most:N0}, {figures.MeasuredPeak.Kernel}{exact})"
        );
        Line($"memory of the device       {figures.DeviceBytes * 1e-6, 12:N0} MB");
        Line(
            $"a protein of 300 residues  {figures.OneProteinMilliseconds.Median, 12:N2} ms, {figures.OneProteinDeviceMilliseconds.Median:N2} ms of device time"
        );
        if (figures.File is { } file)
        {
            Line(
                $"{Reporter.Counted(file.Proteins, "protein") + " of the file", -27}{file.Seconds.Median, 12:N3} s, {file.DeviceSeconds.Median:N3} s of device time"
            );
        }

        text.AppendLine();
        var ofMeasured = measured is null ? "" : "  of measured peak";
        var ofNominal = peak is null ? "" : "  of nominal peak";
        Line(
            $"{"", -22}{"residues/s", 14}{"by device time", 16}{"TFLOP/s", 10}{ofMeasured}{ofNominal}  least and most"
        );
        foreach (var load in figures.Loads)
        {
            var rate = load.ResiduesPerSecond;
            string Share(double? part, string head) =>
                part is null ? "" : Reporter.Number(part.Value, "P1").PadLeft(head.Length);
            var shares =
                Share(load.ShareOfMeasuredPeak, ofMeasured)
                + Share(load.ShareOfNominalPeak, ofNominal);
            Line(
                $"{load.Load, -22}{rate.Median, 14:N0}{load.DeviceResiduesPerSecond.Median, 16:N0}{load.Teraflops, 10:N1}{shares}  {rate.Least:N0} to {rate.Most:N0}"
            );
        }

        text.AppendLine();
        var training = figures.Training;
        Line(
            training.TokensPerSecond is { } tokens
                ? $"training {training.Sequences} x {training.Length, -9}{tokens.Median, 14:N0} tokens/s, {training.Teraflops:N1} TFLOP/s ({tokens.Least:N0} to {tokens.Most:N0} tokens/s)"
                : (FormattableString)
                    $"training {training.Sequences} x {training.Length}: not measured: {training.Missing}"
        );
        return text.ToString().TrimEnd();
    }

    /// <summary>A row for each load, a column for each contender: its rate, and how many times as fast the first one is.</summary>
    private static void Compared(BenchComparison compare, Action<FormattableString> line)
    {
        string Row(string head, Func<BenchContenderName, string> cell) =>
            $"{head, -28}{string.Concat(compare.Contenders.Select(each => $"{cell(each), 21}"))}";
        line(
            $"side by side, residues/s: medians of {Reporter.Counted(compare.Rounds, "round")}; in brackets how many times as fast {compare.Contenders[0].Name} is, round by round"
        );
        line($"{Row("", each => each.Name)}");
        foreach (var load in compare.Loads)
        {
            line(
                $"{Row(load.Load, each => Cell(load.Rates.FirstOrDefault(rate => rate.Contender == each.Name)))}"
            );
        }

        var peak = compare.PeakGflops;
        line(
            $"peak {Reporter.Number(peak.Median)} ({Reporter.Number(peak.Least)} to {Reporter.Number(peak.Most)}) GFLOP/s"
        );
        foreach (var each in compare.Contenders)
        {
            line($"{each.Name}: {each.Library}; mixed lengths: {each.MixedLengths}");
        }
    }

    private static string Cell(BenchRate? rate) =>
        rate is null
            ? ""
            : $"{Reporter.Number(rate.Rate.Median)} ({Reporter.Number(rate.Ratio.Median, "N2")})";
}
