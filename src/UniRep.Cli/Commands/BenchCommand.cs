using System.CommandLine;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands;

/// <summary>`unirep bench`: this machine's limits, and how near the engine comes to them.</summary>
internal static class BenchCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var units = Numbers.Whole("--units", "hidden units", 1900, Numbers.From(1, 20_000));
        var layers = Numbers.Whole("--layers", "layers", 1, Numbers.From(1, 1000));
        var threads = SharedOptions.Threads();
        var precision = SharedOptions.Precisions();
        var compare = new Option<bool>("--compare")
        {
            Description =
                "measure libtorch and a Python's PyTorch in the same rounds, where they are on this machine",
        };
        var rounds = Numbers.Whole("--rounds", "rounds", 5, Numbers.From(1, 1000));
        var json = SharedOptions.Json("the figures");
        var command = new Command(
            "bench",
            "Measure the peak of this machine, and how close the engine comes to it."
        )
        {
            units,
            layers,
            threads,
            precision,
            compare,
            rounds,
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
                parsed.GetValue(rounds),
                cancellation
            );
            var figures = bench.Run(new Reporter(parsed.GetValue(json)));
            System.Console.Out.WriteLine(
                parsed.GetValue(json) ? JsonText.Of(figures) : BenchTable.Of(figures)
            );
        });
        new CommandHelp
        {
            Examples =
            [
                new(
                    "unirep bench",
                    "a model of 1900 units, which is bound by this machine's memory"
                ),
                new("unirep bench --units 256 --layers 4", "a model of the size of paper-256"),
                new("unirep bench --compare", "beside libtorch, and the PyTorch of a Python"),
            ],
        }.Describe(command);
        return command;
    }
}
