using System.CommandLine;
using System.Diagnostics;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands;

/// <summary>`unirep score`: how fit mutants are, by likelihood and by the alignment of their family.</summary>
internal static class ScoreCommand
{
    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new(
                "Input",
                "--wild-type",
                "--offset",
                "--region",
                "--variant-column",
                "--sequence-column",
                "--input-format"
            ),
            new("Scorers", "--direction", "--alignment", "--focus", "--blend"),
            new("Output", "--output", "--per-position", "--overwrite"),
            new("Model", "--weights", "--precision"),
            new("Running", "--device", "--threads", "--quiet", "--help"),
        ],
        Examples =
        [
            new(
                "unirep score variants.csv --wild-type wt.fasta -o scores.csv",
                "mutants such as A24G:K30R from the column mutant; higher lm_score = fitter"
            ),
            new(
                "unirep score variants.csv --wild-type wt.fasta --region 24-286 --weights tuned -o scores.csv",
                "a model that `unirep evotune` has made, on the residues that it was tuned on"
            ),
            new(
                "unirep score variants.csv --wild-type wt.fasta --alignment family.a2m --blend lm,pssm -o scores.csv",
                "blended with the site-independent model of a family"
            ),
            new("unirep score proteins.fasta -o -", "log-likelihoods and perplexities alone"),
        ],
        Notes =
        [
            "Columns added: lm_score (log-likelihood minus that of the wild type, in nats), pssm_score (log odds to the wild type), blend_score (average rank of both, above 0 to 1), log_likelihood (with stop), log_likelihood_without_stop, log_likelihood_per_residue (per predicted token: residues and stop), perplexity. Higher scores are fitter. See docs/design.md.",
        ],
    };

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

    public static Command Create(Interruption interruption)
    {
        var flags = new ScoringFlags();
        var table = new Argument<string>("TABLE")
        {
            Description =
                "table with a column mutant (A24G:K30R) or of sequences, or a FASTA file; gzipped or not",
        };
        var wildType = new Option<string?>("--wild-type")
        {
            Description =
                "FASTA file of the wild type, to which mutants are compared; without it sequences get log-likelihoods alone",
            HelpName = "FILE",
        };
        var variantColumn = new Option<string?>("--variant-column")
        {
            Description =
                "column that holds variants; default: mutant, variant, mutations or mutation",
            HelpName = "NAME",
        };
        var sequenceColumn = new Option<string?>("--sequence-column")
        {
            Description = "column that holds whole sequences, read instead of variants",
            HelpName = "NAME",
        };
        var inputFormat = SharedOptions.InputFormats("input format; default: by TABLE's extension");
        var perPosition = new Option<string?>("--per-position")
        {
            Description =
                "second table to write: the log-probability of every residue of every sequence",
            HelpName = "OUT",
        };
        var command = new Command("score", "Score mutants or sequences without measurements.")
        {
            table,
            wildType,
            variantColumn,
            sequenceColumn,
            inputFormat,
            perPosition,
        };
        flags.AddTo(command);
        command.SetAction(parsed =>
            Run(
                flags.Settings(parsed),
                new ScoreInput(
                    parsed.GetValue(table)!,
                    parsed.GetValue(wildType),
                    parsed.GetValue(variantColumn),
                    parsed.GetValue(sequenceColumn),
                    parsed.GetValue(inputFormat),
                    parsed.GetValue(perPosition)
                ),
                interruption
            )
        );
        Help.Describe(command);
        return command;
    }

    /// <summary>What is scored, and where log-probabilities of residues go.</summary>
    private sealed record ScoreInput(
        string Table,
        string? WildType,
        string? VariantColumn,
        string? SequenceColumn,
        InputFormat? Format,
        string? PerPosition
    );

    private static void Check(ScoringSettings settings, ScoreInput input)
    {
        var problem =
            input.Table == "-"
                ? "TABLE: the table is read more than once: give a file, not standard input."
            : settings.UsesMatrix && input.WildType is null
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
    }

    private static int Run(ScoringSettings settings, ScoreInput input, Interruption interruption)
    {
        var watch = Stopwatch.StartNew();
        Check(settings, input);
        using var run = new ScoringRun(settings, interruption);
        run.CheckOutput(settings.Output, input.Table, input.WildType, settings.Alignment);
        if (input.PerPosition is { } second)
        {
            run.CheckOutput(second, input.Table, input.WildType, settings.Alignment);
        }

        var wildType = input.WildType is { } path ? run.WildType(path) : null;
        var table = ScoringRun.Valid(Load(input, wildType));
        if (settings.UsesMatrix)
        {
            _ = ScoringRun.Valid(ScoringTableModule.checkLengths(wildType!, table));
        }

        _ = ScoringRun.Valid(ScoringTableModule.checkColumns(AddedColumns, table));
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
            watch.Elapsed.TotalSeconds,
            settings.Output
        );
        return ExitCode.Done;
    }

    private static FSharpResult<ScoringTable, ScoringError> Load(
        ScoreInput input,
        WildType? wildType
    )
    {
        var usual = SequenceFile.defaults;
        var reading = new InputOptions(
            input.Format is null ? null : FSharpOption<InputFormat>.Some(input.Format),
            input.SequenceColumn is null ? null : FSharpOption<string>.Some(input.SequenceColumn),
            usual.IdColumn,
            usual.UpperCase,
            usual.TrimStop,
            usual.UnknownAsX,
            usual.GapsAsX,
            usual.Keep
        );
        return input.VariantColumn is { } column
            ? ScoringTableModule.loadVariants(reading, column, wildType!, input.Table)
            : ScoringTableModule.load(
                reading,
                wildType is null ? null : FSharpOption<WildType>.Some(wildType),
                input.Table
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
                    (first + at).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    letters[at].ToString(),
                    TableOutput.number(likelihoods[row].Terms![at]),
                ];
            }
        }
    }
}
