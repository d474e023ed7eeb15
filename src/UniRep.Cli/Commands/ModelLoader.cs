using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>Loads a model for a command, or fails as commands do.</summary>
internal static class ModelLoader
{
    public static Model Load(string nameOrPath, int threads, Precision precision)
    {
        var loaded = ModelModule.load(new EngineSettings(threads, null, precision), nameOrPath);
        if (loaded.IsError)
        {
            throw new CommandFailedException(
                loaded.ErrorValue.IsPrecisionTooLow ? ExitCode.Usage : ExitCode.Weights,
                Advice.Tell(loaded.ErrorValue)
            );
        }

        foreach (var warning in loaded.ResultValue.Warnings)
        {
            Reporter.Warn(warning);
        }

        if (ExpectedError.Describe(loaded.ResultValue.Card.Name, precision) is { } error)
        {
            Reporter.Warn(error);
        }

        return loaded.ResultValue;
    }
}
