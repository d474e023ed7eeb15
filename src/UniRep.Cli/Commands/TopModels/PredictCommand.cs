using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using UniRep.Cli.Console;
using UniRep.Cli.Help;
using UniRep.Design;

namespace UniRep.Cli.Commands.TopModels;

/// <summary>`unirep predict`: a table with two more columns.</summary>
internal static class PredictCommand
{
    private const string Mean = "prediction";
    private const string Deviation = "prediction_sd";

    private static readonly CommandHelp Help = new()
    {
        Groups =
        [
            new(
                "Input",
                "--model",
                "--wild-type",
                "--offset",
                "--sequence-column",
                "--input-format"
            ),
            new("Output", "--output", "--overwrite"),
            new("Model", "--weights", "--precision"),
            new("Running", "--device", "--threads", "--quiet", "--help"),
        ],
        Examples =
        [
            new(
                "unirep predict library.csv --model top.model -o predicted.csv",
                "two more columns: prediction and its standard deviation"
            ),
            new(
                "unirep predict library.csv --model top.model --wild-type wt.fasta -o -",
                "mutants such as A24G:K30R, to standard output"
            ),
        ],
        Notes =
        [
            "Every column of TABLE is kept as it stands; TABLE may be - for standard input, with --input-format csv or tsv.",
            "prediction_sd is the uncertainty of the prediction itself; a new measurement varies by its noise on top.",
        ],
    };

    public static Command Create(Interruption interruption)
    {
        var flags = new TopModelFlags("those that the top model was fitted with");
        var top = new Option<string>("--model")
        {
            Description = "top model that `unirep fit` has written",
            HelpName = "FILE",
            Required = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table to write, .csv or .tsv, or - for standard output (CSV)",
            HelpName = "OUT",
            Required = true,
        };
        var command = new Command("predict", "Predict proteins with a top model.") { top, output };
        flags.AddTo(command);
        command.SetAction(parsed =>
            Run(
                flags.Settings(parsed),
                parsed.GetValue(top)!,
                parsed.GetValue(output)!,
                interruption
            )
        );
        Help.Describe(command);
        return command;
    }

    private static int Run(
        TopModelSettings settings,
        string file,
        string output,
        Interruption interruption
    )
    {
        var watch = Stopwatch.StartNew();
        using var run = new TopModelRun(settings, interruption);
        run.CheckOutput(output, file);
        var top = TopModelRun.Valid(TopModelModule.load(file));
        var table = run.Table(Mean, Deviation);
        run.LoadModel(
            FeatureRequestModule.ofModel(top),
            top.Source.Model?.Value ?? WeightCatalog.defaultName
        );
        var sequences = table.Sequences;
        var predictions = TopModelRun.Valid(
            run.Compute(
                sequences,
                options => FeatureRequestModule.predict(options, top, run.OptionalModel, sequences)
            ),
            new TableLines(table.File, row => table.Lines[row])
        );
        run.Write(
            output,
            [.. table.Columns, Mean, Deviation],
            table.Cells.Select(
                (cells, row) =>
                    (string[])
                        [
                            .. cells,
                            Number(predictions[row].Mean),
                            Number(predictions[row].Deviation),
                        ]
            )
        );
        run.Reporter.Say(
            $"{Reporter.Number(predictions.Length)} predictions of {top.Target} in {Reporter.Number(watch.Elapsed.TotalSeconds, "F1")} s -> {TableTarget.NameOf(output)}"
        );
        return ExitCode.Done;
    }

    private static string Number(double value) =>
        value.ToString("G9", CultureInfo.InvariantCulture);
}
