using System.CommandLine;
using UniRep.Cli.Commands;

namespace UniRep.Cli;

/// <summary>The command tree, and the one place where a failure becomes a message and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        using var interruption = new Interruption();
        var parsed = Root(interruption).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Fail(error.Message);
            }

            System.Console.Error.WriteLine(
                "Run `unirep --help` or `unirep COMMAND --help` for what can be given."
            );
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                }
            );
        }
        catch (Exception) when (interruption.Token.IsCancellationRequested)
        {
            Fail("cancelled");
            return ExitCode.Cancelled;
        }
        catch (CommandFailedException failure)
        {
            Fail(failure.Message);
            return failure.ExitCode;
        }
        catch (IOException exception)
        {
            Fail(exception.Message);
            return ExitCode.Environment;
        }
        catch (UnauthorizedAccessException exception)
        {
            Fail(exception.Message);
            return ExitCode.Environment;
        }
        catch (Exception exception)
        {
            Fail($"internal error: {exception.GetType().Name}: {exception.Message}");
            System.Console.Error.WriteLine(
                "This is a fault of unirep. Please report it with the command line that led to it."
            );
            return ExitCode.Internal;
        }
    }

    internal static RootCommand Root(Interruption interruption) =>
        new("Protein representations by UniRep's multiplicative LSTM.")
        {
            EmbedCommand.Create(interruption),
            TrainingCommands.Evotune(interruption),
            TrainingCommands.Train(interruption),
            WeightsCommand.Create(interruption.Token),
            BenchCommand.Create(interruption.Token),
        };

    private static void Fail(string message) =>
        System.Console.Error.WriteLine($"unirep: {message}");
}
