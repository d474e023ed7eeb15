using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>Loads a model for a command, or fails as commands do.</summary>
internal static class ModelLoader
{
    public static Model Load(string nameOrPath, int threads, Precision precision)
    {
        var cpu = Cpu.backend(new EngineOptions { Threads = threads, Precision = precision });
        var loaded = ModelModule.load(cpu, nameOrPath);
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

        if (ExpectedError.Describe(loaded.ResultValue.Card.Name, precision) is { } error)
        {
            Reporter.Warn(error);
        }

        return loaded.ResultValue;
    }
}
