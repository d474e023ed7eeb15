using System.Globalization;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Charts;
using UniRep.Cli.Commands.Training;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.TopModels;

/// <summary>One run of `unirep benchmark`.</summary>
internal sealed class BenchmarkRun(
    TopModelSettings settings,
    Learning learning,
    BenchmarkSettings benchmark,
    Interruption interruption
)
{
    private const string Shown = "spearman";

    /// <summary>A scheme, and its splits; null for low-N, which draws them.</summary>
    private sealed record Scheme(string Name, FSharpList<Split>? Splits);

    public int Run()
    {
        using var run = new TopModelRun(settings, interruption);
        CheckOutputs(run);
        var measured = run.Measured(learning.Target);
        Scheme[] schemes = [.. benchmark.Schemes.SelectMany(name => SchemesOf(name, measured))];
        run.LoadModel(learning.Features, WeightCatalog.defaultName);
        var features = run.Compute(
            measured.Sequences,
            options =>
                FeatureRequestModule.compute(
                    options,
                    learning.Features,
                    run.OptionalModel,
                    measured.Sequences
                )
        );
        List<(string Scheme, FSharpList<BenchmarkRow> Rows)> results = [];
        foreach (var scheme in schemes)
        {
            var rows = Judge(run, scheme, features, measured.Values);
            if (rows.IsEmpty)
            {
                Reporter.Warn($"{scheme.Name}: {measured.Values.Length} rows are too few for it");
            }
            else
            {
                results.Add((scheme.Name, rows));
            }
        }

        Save(run, results);
        Show(results);
        return ExitCode.Done;
    }

    private void CheckOutputs(TopModelRun run)
    {
        if (benchmark.Picture is { } picture)
        {
            if (!picture.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    $"--picture: '{picture}' does not end in .svg"
                );
            }

            run.CheckOutput(picture);
        }
        if (benchmark.Output is not { } output)
        {
            return;
        }
        if (TableTarget.IsStream(output))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                "standard output is for the summary: give a file with -o"
            );
        }

        run.CheckOutput(output);
    }

    private IEnumerable<Scheme> SchemesOf(string name, MeasuredTable measured)
    {
        switch (name)
        {
            case BenchmarkSettings.LowN:
                return [new(name, null)];
            case "random":
                return [Divide(FoldScheme.NewRandom(benchmark.Parts, learning.Options.Seed))];
            case "modulo":
                return [Divide(FoldScheme.NewModulo(benchmark.Parts))];
            case "contiguous":
                return [Divide(FoldScheme.NewContiguous(benchmark.Parts))];
            case "mutations":
                return [Divide(FoldScheme.MutationCount)];
            case "rounds":
                return [Divide(FoldScheme.NewRounds(Rounds()))];
            default:
                return FoldColumns()
                    .Select(column =>
                        Divide(FoldScheme.NewColumn(Cells(column))) with
                        {
                            Name = column,
                        }
                    );
        }

        Scheme Divide(FoldScheme scheme)
        {
            var splits = SplitModule.folds(scheme, measured.Values.Length, measured.Positions);
            return splits.IsError
                ? throw Wrong(measured.Table, splits.ErrorValue.Message)
                : new Scheme(scheme.Name, splits.ResultValue);
        }

        double[] Rounds()
        {
            var numbers = SequenceTableModule.numbers(benchmark.RoundColumn, measured.Table);
            if (numbers.IsError)
            {
                throw new CommandFailedException(
                    ExitCode.BadInput,
                    numbers.ErrorValue.Message.ReplaceLineEndings("\nunirep: ")
                );
            }

            var missing = Array.FindIndex(numbers.ResultValue, number => number is null);
            return missing < 0
                ? [.. numbers.ResultValue.Select(number => number!.Value)]
                : throw Wrong(
                    measured.Table,
                    $"line {measured.Table.Records[missing].Line}: column '{benchmark.RoundColumn}' has no number"
                );
        }

        string[] Cells(string column)
        {
            var cells = SequenceTableModule.cells(column, measured.Table);
            return cells.IsOk
                ? cells.ResultValue
                : throw new CommandFailedException(ExitCode.BadInput, cells.ErrorValue.Message);
        }

        string[] FoldColumns()
        {
            string[] found = benchmark.FoldColumn is { } given
                ? [given]
                :
                [
                    .. measured.Table.Columns.Where(column =>
                        column.StartsWith("fold_", StringComparison.Ordinal)
                    ),
                ];
            return found.Length > 0
                ? found
                : throw Wrong(
                    measured.Table,
                    "there is no column whose name begins with fold_: name one with --fold-column"
                );
        }
    }

    private static CommandFailedException Wrong(SequenceTable table, string message) =>
        new(ExitCode.BadInput, $"{table.File}: {message}");

    private FSharpList<BenchmarkRow> Judge(
        TopModelRun run,
        Scheme scheme,
        FeatureTable features,
        double[] values
    )
    {
        FSharpResult<FSharpList<BenchmarkRow>, Tuple<string, TopModelError>> result = default;
        run.Reporter.Follow(
            scheme.Name,
            "splits",
            scheme.Splits?.Length ?? benchmark.Sizes.Count * benchmark.Seeds,
            progress =>
            {
                var usual = Design.Benchmark.plan(learning.Options);
                var plan = new BenchmarkPlan(
                    usual.Options,
                    usual.Metrics,
                    FSharpOption<IProgress<long>>.Some(progress),
                    interruption.Token
                );
                result = scheme.Splits is { } splits
                    ? Design.Benchmark.folds(plan, features, values, splits)
                    : Design.Benchmark.lowN(
                        plan,
                        benchmark.Seeds,
                        ListModule.OfSeq(benchmark.Sizes),
                        features,
                        values
                    );
            }
        );
        if (result.IsOk)
        {
            return result.ResultValue;
        }

        var (split, error) = result.ErrorValue;
        throw new CommandFailedException(
            ExitCode.BadInput,
            $"{TableReading.NameOf(settings.Table)}: {scheme.Name}, split {split}: {error.Message}"
        );
    }

    private void Save(TopModelRun run, List<(string Scheme, FSharpList<BenchmarkRow> Rows)> results)
    {
        if (benchmark.Output is { } output)
        {
            string[] metrics = [.. MetricModule.all.Select(metric => metric.Name)];
            run.Write(
                output,
                ["scheme", "split", "seed", "train", "test", .. metrics],
                results.SelectMany(result =>
                    result.Rows.Select(row =>
                        (string[])
                            [
                                result.Scheme,
                                row.Name,
                                row.Seed.ToString(CultureInfo.InvariantCulture),
                                row.Train.ToString(CultureInfo.InvariantCulture),
                                row.Test.ToString(CultureInfo.InvariantCulture),
                                .. row.Metrics.Select(metric =>
                                    metric.Item2 is { } value
                                        ? value.Value.ToString("G9", CultureInfo.InvariantCulture)
                                        : ""
                                ),
                            ]
                    )
                )
            );
            run.Reporter.Say($"all splits -> {output}");
        }

        if (benchmark.Picture is { } picture)
        {
            var chart = BenchmarkChart.chart(
                $"{learning.Options.Method.Name} on {learning.Features.Kind.Name}: {learning.Target}",
                Shown,
                ListModule.OfSeq(
                    results.Select(result =>
                        Tuple.Create(result.Scheme, Design.Benchmark.summarize(result.Rows))
                    )
                )
            );
            ChartModule.save(picture, chart);
            run.Reporter.Say($"picture -> {picture}");
        }
    }

    private static void Show(List<(string Scheme, FSharpList<BenchmarkRow> Rows)> results)
    {
        List<string[]> lines = [];
        foreach (var (scheme, rows) in results)
        {
            var summaries =
                scheme == BenchmarkSettings.LowN
                    ? Design.Benchmark.summarize(rows)
                    : ListModule.OfSeq([Design.Benchmark.overall(rows)]);
            foreach (var summary in summaries)
            {
                if (lines.Count == 0)
                {
                    lines.Add(["split", "n", .. summary.Metrics.Select(metric => metric.Item1)]);
                }

                lines.Add([
                    scheme == BenchmarkSettings.LowN ? $"{scheme} {summary.Name}" : scheme,
                    Reporter.Number(summary.Rows),
                    .. summary.Metrics.Select(metric =>
                        metric.Item2 is { } found
                            ? $"{Reporter.Number(found.Value.Item1, "F3")} ± {Reporter.Number(found.Value.Item2, "F3")}"
                            : "-"
                    ),
                ]);
            }
        }

        var widths = Enumerable
            .Range(0, lines.Count == 0 ? 0 : lines[0].Length)
            .Select(column => lines.Max(line => line[column].Length))
            .ToArray();
        foreach (var line in lines)
        {
            System.Console.Out.WriteLine(
                string.Join("  ", line.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd()
            );
        }
    }
}
