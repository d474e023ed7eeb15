using System.Diagnostics;
using System.Globalization;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands.Scoring;

/// <summary>What is scored, and where log-probabilities of residues go.</summary>
internal sealed record ScoreInput(
    string Table,
    string? WildType,
    string? VariantColumn,
    string? SequenceColumn,
    InputFormat? Format,
    string? PerPosition
);

/// <summary>One run of `unirep score`.</summary>
internal sealed class ScoreRun(ScoringSettings settings, ScoreInput input)
{
    /// <summary>What is told of each likelihood, by the names of columns.</summary>
    private static readonly (string Name, Func<Measured, double> Of)[] Measures =
    [
        ("log_likelihood", item => item.LogLikelihood),
        ("log_likelihood_without_stop", item => item.WithoutStop),
        ("log_likelihood_per_residue", item => item.PerResidue),
        ("perplexity", item => item.Perplexity),
    ];

    /// <summary>Every column that may be added.</summary>
    private static string[] AddedColumns =>
        [.. ScoringRun.Columns, .. Measures.Select(measure => measure.Name)];

    private void Check()
    {
        var problem =
            settings.UsesMatrix && input.WildType is null
                ? "--blend pssm compares with the wild type: give --wild-type."
            : input is { VariantColumn: not null, WildType: null }
                ? "--variant-column needs --wild-type: variants are changes of it."
            : input is { VariantColumn: not null, SequenceColumn: not null }
                ? "--variant-column and --sequence-column exclude each other: give one."
            : settings.Region is not null && input.WildType is null
                ? "--region needs --wild-type, whose residues it numbers."
            : input.PerPosition is not null && !settings.UsesModel
                ? "--per-position needs the scorer lm: add it to --blend."
            : input.PerPosition == settings.Output
                ? "--output and --per-position name the same place: give two."
            : null;
        if (problem is not null)
        {
            throw new CommandFailedException(ExitCode.Usage, problem);
        }

        TableTarget.RequireFreeOutput(settings.Json, "--per-position", input.PerPosition);
    }

    public int Run(Interruption interruption)
    {
        var watch = Stopwatch.StartNew();
        Check();
        using var run = new ScoringRun(settings, interruption);
        run.CheckOutput(settings.Output, input.Table, input.WildType, settings.Alignment);
        if (input.PerPosition is { } other)
        {
            run.CheckOutput(other, input.Table, input.WildType, settings.Alignment);
        }

        var wildType = input.WildType is { } path ? run.WildType(path) : null;
        var table = ScoringFailure.Valid(Load(wildType));
        if (settings.UsesMatrix)
        {
            _ = ScoringFailure.Valid(ScoringTableModule.checkLengths(wildType!, table));
        }

        _ = ScoringFailure.Valid(ScoringTableModule.checkColumns(AddedColumns, table));
        ScoringRun.WarnOfUntrained(table.Sequences);
        run.LoadScorers(wildType);
        Measured[] likelihoods = settings.UsesModel
            ? run.Likelihoods(wildType, table.Sequences, input.PerPosition is not null)
            : [];
        var own = wildType is null ? likelihoods : likelihoods[Math.Min(1, likelihoods.Length)..];
        List<ScoreColumn> added = wildType is null
            ? []
            : run.Scores(
                wildType,
                table.Sequences,
                settings.UsesModel ? [.. likelihoods.Select(item => item.LogLikelihood)] : null
            );
        if (settings.UsesModel)
        {
            added.AddRange(
                Measures.Select(measure => new ScoreColumn(
                    measure.Name,
                    [.. own.Select(measure.Of)]
                ))
            );
        }

        run.Write(
            settings.Output,
            [.. table.Columns, .. added.Select(column => column.Name)],
            table.Cells.Select(
                (cells, row) =>
                    (string[])
                        [
                            .. cells,
                            .. added.Select(column => TableOutput.number(column.Values[row])),
                        ]
            )
        );
        if (input.PerPosition is { } positions)
        {
            run.Write(
                positions,
                ["id", "position", "residue", "log_probability"],
                PerPosition(table, wildType, own)
            );
        }

        run.Summarize(
            $"{Reporter.Number(table.Sequences.Length)} sequences{(table.Column?.Value is { } column ? $" of column '{column}'" : "")}",
            table.Sequences,
            watch.Elapsed.TotalSeconds,
            TableTarget.NameOf(settings.Output)
                + (input.PerPosition is { } second ? $", {TableTarget.NameOf(second)}" : ""),
            new
            {
                output = settings.Output,
                perPosition = input.PerPosition,
                column = table.Column?.Value,
            }
        );
        return ExitCode.Done;
    }

    private FSharpResult<ScoringTable, ScoringError> Load(WildType? wildType)
    {
        var reading = TableReading.Options(input.Format, input.SequenceColumn);
        var source = TableReading.SourceOf(input.Table);
        return input.VariantColumn is { } column
            ? ScoringTableModule.loadVariants(reading, column, wildType!, source)
            : ScoringTableModule.load(
                reading,
                wildType is null ? null : FSharpOption<WildType>.Some(wildType),
                source
            );
    }

    /// <summary>A row for each residue, and one for the end of each sequence, whose residue is *.</summary>
    private static IEnumerable<string[]> PerPosition(
        ScoringTable table,
        WildType? wildType,
        Measured[] likelihoods
    )
    {
        for (var row = 0; row < likelihoods.Length; row++)
        {
            var letters = table.Sequences[row].Letters + "*";
            var first = wildType?.First ?? 1;
            for (var at = 0; at < letters.Length; at++)
            {
                yield return
                [
                    table.Ids[row],
                    (first + at).ToString(CultureInfo.InvariantCulture),
                    letters[at].ToString(),
                    TableOutput.number(likelihoods[row].Terms![at]),
                ];
            }
        }
    }
}
