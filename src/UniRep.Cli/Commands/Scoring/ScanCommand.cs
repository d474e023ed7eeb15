using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using UniRep.Charts;
using UniRep.Cli.Console;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands.Scoring;

/// <summary>`unirep scan`: every single mutant of a protein, as a table and a picture.</summary>
internal static class ScanCommand
{
    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new("Input", "--offset", "--region"),
            new("Scorers", "--direction", "--alignment", "--focus", "--blend"),
            new("Output", "--output", "--picture", "--overwrite"),
            new("Model", "--weights", "--precision"),
            new("Running", "--device", "--threads", "--quiet", "--json", "--help"),
        ],
        Examples =
        [
            new(
                "unirep scan wt.fasta -o scan.csv --picture scan.svg",
                "each position with each other residue: a table and a heat map"
            ),
            new(
                "unirep scan wt.fasta --weights tuned --alignment family.a2m -o scan.csv",
                "a tuned model, blended with the site-independent model of the family"
            ),
        ],
        Notes =
        [
            "Columns: mutant, position, wild_type, residue, the scores as `unirep score` has them, and log_likelihood. Higher scores are fitter. See docs/design.md.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var flags = new ScoringFlags();
        var wildType = new Argument<string>("WT")
        {
            Description = "FASTA file of the wild type: one sequence",
        };
        var picture = new Option<string?>("--picture")
        {
            Description =
                "heat map to write, .svg: positions along x, residues along y, the wild type grey",
            HelpName = "OUT",
        };
        var command = new Command("scan", "Score every single mutant of a protein.")
        {
            wildType,
            picture,
        };
        flags.AddTo(command);
        command.SetAction(parsed =>
            Run(
                flags.Settings(parsed),
                parsed.GetValue(wildType)!,
                parsed.GetValue(picture),
                interruption
            )
        );
        Help.Describe(command);
        return command;
    }

    private static int Run(
        ScoringSettings settings,
        string path,
        string? picture,
        Interruption interruption
    )
    {
        var watch = Stopwatch.StartNew();
        using var run = new ScoringRun(settings, interruption);
        run.CheckOutput(settings.Output, path, settings.Alignment);
        if (picture is not null)
        {
            CheckPicture(picture, settings.Output);
            run.CheckOutput(picture, path, settings.Alignment);
        }

        var wildType = run.WildType(path);
        ScoringRun.WarnOfUntrained([wildType.Sequence]);
        run.LoadScorers(wildType);
        var mutants = Scan.mutants(wildType);
        Sequence[] sequences = [.. mutants.Select(mutant => mutant.Item2)];
        double[]? logLikelihoods = settings.UsesModel
            ? [.. run.Likelihoods(wildType, sequences, false).Select(item => item.LogLikelihood)]
            : null;
        var added = run.Scores(wildType, sequences, logLikelihoods);
        var drawn = added[0];
        if (logLikelihoods is not null)
        {
            added.Add(new("log_likelihood", logLikelihoods[1..]));
        }

        run.Write(
            settings.Output,
            ["mutant", "position", "wild_type", "residue", .. added.Select(column => column.Name)],
            mutants.Select(
                (mutant, row) =>
                    (string[])
                        [
                            mutant.Item1.ToString(),
                            mutant.Item1.Position.ToString(CultureInfo.InvariantCulture),
                            mutant.Item1.Original.ToString(),
                            mutant.Item1.Replacement.ToString(),
                            .. added.Select(column => TableOutput.number(column.Values[row])),
                        ]
            )
        );
        if (picture is not null)
        {
            Draw(wildType, drawn, picture);
        }

        run.Summarize(
            $"{Reporter.Number(mutants.Length)} mutants of '{wildType.Id}'",
            sequences,
            watch.Elapsed.TotalSeconds,
            TableTarget.NameOf(settings.Output) + (picture is null ? "" : $", {picture}"),
            new
            {
                output = settings.Output,
                picture,
                wildType = wildType.Id,
            }
        );
        return ExitCode.Done;
    }

    private static void CheckPicture(string picture, string output)
    {
        var problem =
            !picture.EndsWith(".svg", StringComparison.OrdinalIgnoreCase)
                ? $"--picture {picture}: give a name that ends in .svg."
            : picture == output ? "--output and --picture name the same file: give two."
            : null;
        if (problem is not null)
        {
            throw new CommandFailedException(ExitCode.Usage, problem);
        }
    }

    private static void Draw(WildType wildType, ScoreColumn scores, string picture)
    {
        var legend = scores.Name switch
        {
            "lm_score" => "log-likelihood ratio (nats)",
            "pssm_score" => "log odds",
            _ => "average rank",
        };
        ChartModule.save(
            picture,
            Scan.chart($"Mutational scan of {wildType.Id}", legend, wildType, scores.Values)
        );
    }
}
