using UniRep.Cli.Console;

namespace UniRep.Cli.Commands;

/// <summary>Loads a model for a command, or fails as commands do.</summary>
internal static class ModelLoader
{
    public static Model Load(string nameOrPath, Backend backend)
    {
        var loaded = ModelModule.load(backend, nameOrPath);
        if (loaded.IsError)
        {
            throw new CommandFailedException(
                loaded.ErrorValue switch
                {
                    { IsPrecisionTooLow: true } => ExitCode.Usage,
                    { IsBackend: true } => ExitCode.Environment,
                    _ => ExitCode.Weights,
                },
                Advice.Tell(loaded.ErrorValue)
            );
        }

        foreach (var warning in loaded.ResultValue.Warnings)
        {
            Reporter.Warn(warning);
        }

        var (name, precision) = (loaded.ResultValue.Card.Name, loaded.ResultValue.Precision);
        if (ExpectedError.Describe(name, precision) is { } error)
        {
            Reporter.Warn(error);
        }

        return loaded.ResultValue;
    }
}
