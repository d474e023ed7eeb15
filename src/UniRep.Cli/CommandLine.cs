using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using UniRep.Cli.Commands;
using UniRep.Cli.Commands.Bench;
using UniRep.Cli.Commands.Designs;
using UniRep.Cli.Commands.Doctor;
using UniRep.Cli.Commands.Embed;
using UniRep.Cli.Commands.Scoring;
using UniRep.Cli.Commands.Serve;
using UniRep.Cli.Commands.TopModels;
using UniRep.Cli.Commands.Training;
using UniRep.Cli.Commands.WeightFiles;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli;

/// <summary>The command tree, and the one place where a failure becomes a message and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        StandardStreams.Install();
        using var interruption = new Interruption();
        try
        {
            return Invoke(args, interruption);
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
        catch (UniRepException exception) when (exception.Case is "OutOfMemory" or "Unavailable")
        {
            Fail(exception.Message);
            return ExitCode.Environment;
        }
        catch (IOException exception)
        {
            // Who reads the output may stop reading: that is no news to them.
            if (!StandardStreams.IsClosedPipe(exception))
            {
                Fail(exception.Message);
            }

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
            Reporter.Write(
                "This is a fault of unirep. Please report it with the command line that led to it."
            );
            return ExitCode.Internal;
        }
    }

    private static int Invoke(string[] args, Interruption interruption)
    {
        // `unirep help embed` is `unirep embed --help`.
        string[] words = args is ["help", .. var topic] ? [.. topic, "--help"] : args;
        var parsed = Root(interruption).Parse(words);
        var command = parsed.CommandResult.Command;
        var errors = UsageErrors.Of(parsed);
        if (command.Subcommands.Count > 0 && parsed.Tokens.All(IsCommand))
        {
            ShowHelp.Of(command);
            return ExitCode.Usage;
        }

        if (errors.Count > 0)
        {
            foreach (var error in errors)
            {
                Fail(error);
            }

            Reporter.Write(HelpWriter.Usage(command));
            Reporter.Write($"Run `{HelpWriter.FullName(command)} --help` for everything it takes.");
            return ExitCode.Usage;
        }

        StandardStreams.RequireWhere(words);
        return parsed.Invoke(
            new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }
        );
    }

    private static bool IsCommand(Token token) => token.Type == TokenType.Command;

    /// <summary>The commands and their options.</summary>
    internal static RootCommand Root(Interruption interruption)
    {
        var root = new RootCommand("Protein representations by UniRep's multiplicative LSTM.")
        {
            EmbedCommand.Create(interruption),
            ScoreCommand.Create(interruption),
            ScanCommand.Create(interruption),
            TrainingCommands.Evotune(interruption),
            TrainingCommands.Train(interruption),
            FitCommand.Create(interruption),
            PredictCommand.Create(interruption),
            BenchmarkCommand.Create(interruption),
            CampaignCommand.Create(interruption),
            EvolveCommand.Create(interruption),
            BabbleCommand.Create(interruption),
            WeightsCommand.Create(interruption.Token),
            ServeCommand.Create(interruption),
            BenchCommand.Create(interruption.Token),
            DoctorCommand.Create(),
        };
        root.Options.OfType<HelpOption>().Single().Action = new ShowHelp();
        new CommandHelp
        {
            Examples =
            [
                new(
                    "unirep embed proteins.fasta -o proteins.npz",
                    "compute the vectors of all sequences of a file"
                ),
                new("unirep embed --help", "show everything that embed takes"),
            ],
            Notes =
            [
                "Exit codes: 0 done, 1 bad input, 2 wrong usage, 3 weights, 4 environment (disk, network, a closed pipe), "
                    + "70 internal error, 130 cancelled (Ctrl-C, SIGTERM or SIGHUP).",
            ],
        }.Describe(root);
        return root;
    }

    private static void Fail(string message) => Reporter.Write($"unirep: {message}");
}
