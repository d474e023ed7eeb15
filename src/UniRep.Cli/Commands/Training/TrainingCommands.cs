using System.CommandLine;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Training;

/// <summary>`unirep evotune` and `unirep train`: sequences in, a model out.</summary>
internal static class TrainingCommands
{
    public static Command Evotune(Interruption interruption)
    {
        var weights = SharedOptions.Weights();
        var flags = new TrainingFlags(TrainingOptionsModule.evotune);
        var command = new Command(
            "evotune",
            "Fine-tune a model on homologous sequences (evolutionary tuning)."
        )
        {
            weights,
        };
        flags.AddTo(command);
        command.SetAction(parsed =>
            new TrainingRun(
                flags.Settings(parsed, StartModel.NewWeights(parsed.GetValue(weights)!)),
                interruption
            ).Run()
        );
        TrainingHelp.DescribeEvotune(command);
        return command;
    }

    public static Command Train(Interruption interruption)
    {
        var units = Numbers.Whole(
            "--units",
            "hidden units of every layer",
            256,
            Numbers.From(1, 20_000)
        );
        var layers = Numbers.Whole("--layers", "layers", 1, Numbers.From(1, 1000));
        var flags = new TrainingFlags(TrainingOptionsModule.scratch);
        var command = new Command("train", "Train a model from random weights.") { units, layers };
        flags.AddTo(command);
        command.SetAction(parsed =>
            new TrainingRun(
                flags.Settings(
                    parsed,
                    StartModel.NewRandom(
                        new MlstmShape(parsed.GetValue(units), parsed.GetValue(layers))
                    )
                ),
                interruption
            ).Run()
        );
        TrainingHelp.DescribeTrain(command);
        return command;
    }
}
