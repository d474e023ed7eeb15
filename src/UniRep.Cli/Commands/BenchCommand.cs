using System.CommandLine;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands;

/// <summary>`unirep bench`: this machine's limits, and how near the engine comes to them.</summary>
internal static class BenchCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var units = Positive("--units", "hidden units", 1900);
        var layers = Positive("--layers", "layers", 1);
        var threads = SharedOptions.Threads();
        var precision = SharedOptions.Precisions();
        var compare = new Option<bool>("--compare")
        {
            Description = "measure PyTorch in the same rounds, if a Python here has it",
        };
        var json = SharedOptions.Json("the figures");
        var command = new Command(
            "bench",
            "Measure this machine's peak, and the engine against it."
        )
        {
            units,
            layers,
            threads,
            precision,
            compare,
            json,
        };
        command.SetAction(parsed =>
        {
            var bench = new BenchRun(
                parsed.GetValue(units),
                parsed.GetValue(layers),
                SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                parsed.GetValue(precision),
                parsed.GetValue(compare),
                cancellation
            );
            var figures = bench.Run(new Reporter(parsed.GetValue(json)));
            System.Console.Out.WriteLine(
                parsed.GetValue(json) ? JsonText.Of(figures) : BenchTable.Of(figures)
            );
        });
        return command;
    }

    private static Option<int> Positive(string name, string description, int value)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count == 1
                && int.TryParse(result.Tokens[0].Value, out var given)
                && given < 1
            )
            {
                result.AddError($"{name} must be at least 1.");
            }
        });
        return option;
    }
}
