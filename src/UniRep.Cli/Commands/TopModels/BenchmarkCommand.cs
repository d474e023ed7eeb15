using System.CommandLine;
using System.CommandLine.Parsing;
using UniRep.Cli.Commands.Training;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.TopModels;

/// <summary>How a table is divided, and where results go.</summary>
internal sealed record BenchmarkSettings
{
    public const string LowN = "low-n";

    public required IReadOnlyList<string> Schemes { get; init; }

    /// <summary>The number of parts of random, modulo and contiguous.</summary>
    public int Parts { get; init; }

    public required IReadOnlyList<int> Sizes { get; init; }

    public int Seeds { get; init; }

    public required string RoundColumn { get; init; }

    public string? FoldColumn { get; init; }

    public string? Output { get; init; }

    public string? Picture { get; init; }
}

/// <summary>`unirep benchmark`: how well a top model predicts what it was not fitted to.</summary>
internal static class BenchmarkCommand
{
    private static readonly string[] Schemes =
    [
        "random",
        "modulo",
        "contiguous",
        "mutations",
        "rounds",
        "column",
        BenchmarkSettings.LowN,
    ];

    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new(
                "Input",
                "--target",
                "--wild-type",
                "--offset",
                "--sequence-column",
                "--input-format"
            ),
            new("Learning", "--model", "--features", "--density", "--seed"),
            new(
                "Splits",
                "--folds",
                "--parts",
                "--sizes",
                "--seeds",
                "--round-column",
                "--fold-column"
            ),
            new("Output", "--output", "--picture", "--overwrite"),
            new("Model", "--weights", "--precision"),
            new("Running", "--device", "--threads", "--quiet", "--help"),
        ],
        Examples =
        [
            new(
                "unirep benchmark assay.csv --target DMS_score --wild-type wt.fasta",
                "five random folds, and training sets of 24 to 240 rows with 20 seeds"
            ),
            new(
                "unirep benchmark assay.csv --target DMS_score --wild-type wt.fasta --folds random,modulo,contiguous --features one-hot -o rows.csv --picture bench.svg",
                "the folds of ProteinGym, a table of all splits, and a picture"
            ),
        ],
        Notes =
        [
            "TABLE may be - for standard input, with --input-format csv or tsv.",
            "Standard output: the mean of each metric over splits, and its standard deviation between them. Metrics and folds by their definitions: docs/design.md.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var flags = new TopModelFlags(WeightCatalog.defaultName);
        var learning = new LearningFlags();
        var folds = new Option<IReadOnlyList<string>>("--folds")
        {
            Description =
                "how rows are divided, several by commas: random; modulo and contiguous by mutated positions; mutations and rounds: later ones after a fit to earlier ones; column: by columns fold_*; low-n: small training sets, a fifth of the rows as test set",
            HelpName = string.Join(',', Schemes),
            CustomParser = ParseSchemes,
            DefaultValueFactory = _ => ["random", BenchmarkSettings.LowN],
        };
        var parts = Numbers.Whole(
            "--parts",
            "number of folds of random, modulo and contiguous",
            5,
            Numbers.From(2, 1000)
        );
        var sizes = new Option<IReadOnlyList<int>>("--sizes")
        {
            Description = "training sets of low-n, by commas",
            HelpName = "N,N",
            CustomParser = ParseSizes,
            DefaultValueFactory = _ => [24, 48, 96, 240],
        };
        var seeds = Numbers.Whole(
            "--seeds",
            "draws of each size of low-n",
            20,
            Numbers.From(1, 10_000)
        );
        var round = new Option<string>("--round-column")
        {
            Description = "column of the rounds, numbers",
            HelpName = "COL",
            DefaultValueFactory = _ => "round",
        };
        var fold = new Option<string?>("--fold-column")
        {
            Description = "column of folds; default: every column whose name begins with fold_",
            HelpName = "COL",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "table of all splits to write, .csv or .tsv",
            HelpName = "OUT",
        };
        var picture = new Option<string?>("--picture")
        {
            Description = "picture of Spearman's correlation to write, .svg",
            HelpName = "OUT",
        };
        var command = new Command("benchmark", "Judge top models on held-out measurements.")
        {
            folds,
            parts,
            sizes,
            seeds,
            round,
            fold,
            output,
            picture,
        };
        flags.AddTo(command);
        learning.AddTo(command);
        command.SetAction(parsed =>
            new BenchmarkRun(
                flags.Settings(parsed),
                learning.Of(parsed),
                new BenchmarkSettings
                {
                    Schemes = parsed.GetValue(folds)!,
                    Parts = parsed.GetValue(parts),
                    Sizes = parsed.GetValue(sizes)!,
                    Seeds = parsed.GetValue(seeds),
                    RoundColumn = parsed.GetValue(round)!,
                    FoldColumn = parsed.GetValue(fold),
                    Output = parsed.GetValue(output),
                    Picture = parsed.GetValue(picture),
                },
                interruption
            ).Run()
        );
        Help.Describe(command);
        return command;
    }

    private static IReadOnlyList<string> ParseSchemes(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        string[] words = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct()];
        if (words.Except(Schemes).FirstOrDefault() is { } unknown)
        {
            result.AddError(
                $"--folds takes {string.Join(',', Schemes)}, not '{unknown}'"
                    + Suggestion.For(unknown, Schemes)
            );
        }

        return words;
    }

    private static IReadOnlyList<int> ParseSizes(ArgumentResult result)
    {
        var sizes = new List<int>();
        foreach (var word in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (
                word.Length is > 0 and < 8
                && word.All(char.IsAsciiDigit)
                && int.Parse(word, System.Globalization.CultureInfo.InvariantCulture) >= 4
            )
            {
                sizes.Add(int.Parse(word, System.Globalization.CultureInfo.InvariantCulture));
            }
            else
            {
                result.AddError(
                    $"--sizes takes whole numbers of 4 or more by commas, such as 24,96, not '{word}'."
                );
            }
        }

        return sizes;
    }
}
