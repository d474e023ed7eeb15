using System.CommandLine;
using System.Diagnostics;
using UniRep.Cli.Commands.Training;
using UniRep.Cli.Console;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands.TopModels;

/// <summary>`unirep fit`: measured proteins in, a top model out.</summary>
internal static class FitCommand
{
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
            new("Output", "--output", "--overwrite"),
            new("Model", "--weights", "--precision"),
            new("Running", "--device", "--threads", "--quiet", "--help"),
        ],
        Examples =
        [
            new(
                "unirep fit measured.csv --target activity -o top.model",
                "ridge regression on average vectors; sequences are in the table"
            ),
            new(
                "unirep fit measured.csv --target activity --wild-type wt.fasta --model low-n --features fusion -o top.model",
                "a few dozen mutants such as A24G:K30R, with the ensemble of Biswas et al."
            ),
            new(
                "unirep fit measured.csv --target activity --model gp --features one-hot --density -o top.model",
                "a Gaussian process on residues, with the model's likelihood"
            ),
            new(
                "zcat measured.csv.gz | unirep fit - --input-format csv --target activity -o top.model",
                "a table on standard input"
            ),
        ],
        Notes =
        [
            "`unirep predict` uses the file, and refuses vectors of other weights. The same input and seed give the same bits. How each model learns, and what its standard deviation is: docs/design.md.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var flags = new TopModelFlags(WeightCatalog.defaultName);
        var learning = new LearningFlags();
        var output = new Option<string>("--output", "-o")
        {
            Description = "file of the top model",
            HelpName = "OUT",
            Required = true,
        };
        var command = new Command("fit", "Fit a top model to measured proteins.") { output };
        flags.AddTo(command);
        learning.AddTo(command);
        command.SetAction(parsed =>
            Run(flags.Settings(parsed), learning.Of(parsed), parsed.GetValue(output)!, interruption)
        );
        Help.Describe(command);
        return command;
    }

    private static int Run(
        TopModelSettings settings,
        Learning learning,
        string output,
        Interruption interruption
    )
    {
        var watch = Stopwatch.StartNew();
        using var run = new TopModelRun(settings, interruption);
        if (TableTarget.IsStream(output))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                "a top model is written to a file: give its name with -o"
            );
        }

        run.CheckOutput(output);
        var measured = run.Measured(learning.Target);
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
        var model = TopModelRun.Valid(
            TopModelModule.fit(learning.Options, learning.Target, features, measured.Values),
            new TableLines(measured.Table.File, row => measured.Table.Records[row].Line)
        );
        interruption.Token.ThrowIfCancellationRequested();
        _ = TopModelRun.Valid(TopModelModule.save(output, model));
        foreach (var (name, value) in model.Facts)
        {
            run.Reporter.Say($"{name}: {Reporter.Number(value, "G4")}");
        }

        run.Reporter.Say(
            $"{learning.Options.Method.Name} of {Reporter.Number(model.Rows)} rows and {Reporter.Number(model.Source.Width)} features ({model.Source.Kind.Name}) in {Reporter.Number(watch.Elapsed.TotalSeconds, "F1")} s -> {output}"
        );
        return ExitCode.Done;
    }
}
