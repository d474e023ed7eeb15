using System.CommandLine;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Training;

/// <summary>The help of both training commands: groups of their options, and examples.</summary>
internal static class TrainingHelp
{
    private static readonly HelpGroup[] Groups =
    [
        new("Model", "--weights", "--units", "--layers"),
        new(
            "Input",
            "--input-format",
            "--sequence-column",
            "--upper-case",
            "--trim-stop",
            "--on-invalid",
            "--gaps",
            "--max-identity",
            "--min-length",
            "--max-length",
            "--keep-duplicates"
        ),
        new("Output", "--output", "--resume", "--previous", "--checkpoint-minutes"),
        new(
            "Validation",
            [
                .. HyperparameterFlags.Names(HyperparameterGroup.Validation),
                "--validation-file",
                "--out-of-domain",
            ]
        ),
        new(
            "Optimisation",
            [.. HyperparameterFlags.Names(HyperparameterGroup.Optimization), "--search", "--folds"]
        ),
        new(
            "Running",
            [
                "--device",
                "--precision",
                .. HyperparameterFlags.Names(HyperparameterGroup.Machine),
                "--quiet",
                "--json",
                "--help",
            ]
        ),
    ];

    public static void DescribeEvotune(Command command) =>
        new CommandHelp
        {
            Groups = Groups,
            Examples =
            [
                new(
                    "unirep evotune homologs.fasta -o tuned",
                    "fine-tune the embedded model; then `unirep embed variants.fasta --weights tuned`"
                ),
                new(
                    "unirep evotune homologs.fasta -o tuned --weights paper-64 --search 6",
                    "fine-tune another model, with the best of six learning rates"
                ),
                new(
                    "unirep evotune family.a3m -o tuned --max-identity 0.8",
                    "an alignment without close relatives: no two rows are more than 80 % identical"
                ),
                new("unirep evotune --resume -o tuned", "resume an interrupted training"),
            ],
        }.Describe(command);

    public static void DescribeTrain(Command command) =>
        new CommandHelp
        {
            Groups = Groups,
            Examples =
            [
                new(
                    "unirep train proteins.fasta -o model --units 64 --layers 4 --epochs 3",
                    "a model of the size of paper-64, from random weights"
                ),
                new("unirep train --resume -o model", "resume an interrupted training"),
            ],
        }.Describe(command);
}
