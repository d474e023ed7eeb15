using System.CommandLine;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Bench;

/// <summary>`unirep bench`: this machine's limits, and how near the engine comes to them; the rates of a GPU.</summary>
internal static class BenchCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var units = Numbers.Whole("--units", "hidden units", 1900, Numbers.From(1, 20_000));
        var layers = Numbers.Whole("--layers", "layers", 1, Numbers.From(1, 1000));
        var threads = SharedOptions.Threads();
        var precision = SharedOptions.PrecisionNames();
        var backend = BackendChoice.Option();
        var compare = new Option<bool>("--compare")
        {
            Description =
                "measure libtorch and a Python's PyTorch in the same rounds, where they are on this machine",
        };
        var rounds = Numbers.Whole("--rounds", "rounds", 5, Numbers.From(1, 1000));
        var sequences = new Option<string?>("--sequences")
        {
            Description = "file of proteins whose time is measured too, with --device cuda",
            HelpName = "FILE",
        };
        var json = SharedOptions.Json("the figures");
        var command = new Command(
            "bench",
            "Measure the peak of this machine, and how close the engine comes to it; or the speed of a GPU."
        )
        {
            units,
            layers,
            threads,
            precision,
            backend,
            compare,
            rounds,
            sequences,
            json,
        };
        command.SetAction(parsed =>
        {
            var reporter = new Reporter(parsed.GetValue(json));
            var asked = parsed.GetValue(backend)! with { Precision = parsed.GetValue(precision) };
            var choice = asked.Settle(reporter);
            if (choice.Place != BackendChoice.Engine.Place && parsed.GetValue(compare))
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    "--compare measures what computes on the CPU: leave --device out"
                );
            }

            if (choice.IsTorch)
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    $"--device {choice}: libtorch is measured beside the engine, by --compare"
                );
            }

            var file = parsed.GetValue(sequences);
            if (choice.IsCuda)
            {
                var figures = new BenchGpu(
                    parsed.GetValue(units),
                    parsed.GetValue(layers),
                    choice,
                    parsed.GetValue(rounds),
                    file is null ? null : Proteins(file),
                    cancellation
                ).Run(reporter);
                Show(parsed.GetValue(json), figures, BenchTable.Of);
            }
            else if (file is not null)
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    "--sequences is measured on a GPU: add --device cuda"
                );
            }
            else
            {
                var figures = new BenchRun(
                    parsed.GetValue(units),
                    parsed.GetValue(layers),
                    SharedOptions.ThreadsOf(parsed.GetValue(threads)),
                    choice.PrecisionOfEngine,
                    parsed.GetValue(compare),
                    parsed.GetValue(rounds),
                    cancellation
                ).Run(reporter);
                Show(parsed.GetValue(json), figures, BenchTable.Of);
            }
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
                new("unirep bench --device cuda", "an NVIDIA GPU"),
                new("unirep bench --compare", "beside libtorch, and the PyTorch of a Python"),
            ],
            Notes =
            [
                "On a GPU the peak is measured last, in a third of a second: products of bfloat16 from operands that are always at hand. "
                    + "The nominal peak is what NVIDIA publishes, at the highest clock (docs/cuda.md).",
            ],
        }.Describe(command);
        return command;
    }

    private static byte[][] Proteins(string file)
    {
        var loaded = SequenceFile.load(file);
        if (loaded.IsError)
        {
            throw new CommandFailedException(
                ExitCode.BadInput,
                loaded.ErrorValue.Message.ReplaceLineEndings("\nunirep: ")
            );
        }

        return loaded.ResultValue is []
            ? throw new CommandFailedException(ExitCode.BadInput, $"{file}: there is no sequence")
            : [.. loaded.ResultValue.Select(record => record.Sequence.Tokens.ToArray())];
    }

    private static void Show<T>(bool json, T figures, Func<T, string> table) =>
        System.Console.Out.WriteLine(json ? JsonText.Of(figures) : table(figures));
}
