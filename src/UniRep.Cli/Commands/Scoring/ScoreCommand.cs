using System.CommandLine;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Scoring;

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
            new("Running", "--device", "--threads", "--quiet", "--json", "--help"),
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
            new(
                "zcat variants.csv.gz | unirep score - --input-format csv --wild-type wt.fasta -o scores.csv --json",
                "a table on standard input, and a summary for programs"
            ),
        ],
        Notes =
        [
            "Columns added: lm_score (log-likelihood minus that of the wild type, in nats), pssm_score (log odds to the wild type), blend_score (average rank of both, above 0 to 1), log_likelihood (with stop), log_likelihood_without_stop, log_likelihood_per_residue (per predicted token: residues and stop), perplexity. Higher scores are fitter. See docs/design.md.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var flags = new ScoringFlags();
        var table = new Argument<string>("TABLE")
        {
            Description =
                "table with a column mutant (A24G:K30R) or of sequences, or a FASTA file, gzipped or not; or - for standard input",
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
            new ScoreRun(
                flags.Settings(parsed),
                new ScoreInput(
                    parsed.GetValue(table)!,
                    parsed.GetValue(wildType),
                    parsed.GetValue(variantColumn),
                    parsed.GetValue(sequenceColumn),
                    parsed.GetValue(inputFormat),
                    parsed.GetValue(perPosition)
                )
            ).Run(interruption)
        );
        Help.Describe(command);
        return command;
    }
}
