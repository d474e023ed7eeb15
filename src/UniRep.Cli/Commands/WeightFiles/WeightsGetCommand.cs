using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.WeightFiles;

/// <summary>`unirep weights get`: fetches a published model once its licence has been accepted.</summary>
internal static class WeightsGetCommand
{
    public static Command Create(CancellationToken cancellation)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "paper-64, paper-256 or paper-1900",
        };
        var accept = new Option<bool>("--accept-license")
        {
            Description = "accept the model's licence",
        };
        var from = new Option<Uri?>("--from")
        {
            Description = "address of a mirror, instead of the published one",
            HelpName = "URL",
            CustomParser = result =>
            {
                if (
                    Uri.TryCreate(
                        result.Tokens[0].Value.TrimEnd('/') + "/",
                        UriKind.Absolute,
                        out var address
                    )
                )
                {
                    return address;
                }

                result.AddError($"--from takes an address, not '{result.Tokens[0].Value}'.");
                return null;
            },
        };
        var quiet = SharedOptions.Quiet();
        var command = new Command("get", "Fetch a published model into the user's cache.")
        {
            name,
            accept,
            from,
            quiet,
        };
        command.SetAction(parsed =>
        {
            var settings = WeightDownload.settings();
            var wanted = parsed.GetValue(name)!;
            var reporter = new Reporter(parsed.GetValue(quiet));
            var accepted = parsed.GetValue(accept) || AskFor(wanted);
            Get(
                wanted,
                new DownloadSettings(
                    parsed.GetValue(from) ?? settings.BaseAddress,
                    settings.Cache,
                    accepted,
                    settings.Attempts,
                    settings.Pause,
                    settings.Patience,
                    settings.MinimalRate,
                    settings.Limit,
                    FuncConvert.FromAction<string>(reporter.Say)
                ),
                reporter,
                cancellation
            );
        });
        new CommandHelp
        {
            Examples =
            [
                new(
                    "unirep weights get paper-1900",
                    "shows the licence and asks whether you accept it"
                ),
                new("unirep weights get paper-64 --accept-license", "asks nothing, for scripts"),
            ],
        }.Describe(command);
        return command;
    }

    private static void Get(
        string name,
        DownloadSettings settings,
        Reporter reporter,
        CancellationToken cancellation
    )
    {
        var total = WeightCatalog.tryFind(name)?.Value.Files.Sum(file => file.Bytes?.Value ?? 0);
        reporter.Follow(
            $"fetching {name}",
            "bytes",
            total,
            progress =>
            {
                var got = WeightDownload.get(
                    settings,
                    new FileProgress(progress),
                    cancellation,
                    name
                );
                if (got.IsError)
                {
                    var code =
                        got.ErrorValue.IsNotPublished || got.ErrorValue.IsLicenseNotAccepted
                            ? ExitCode.Usage
                            : ExitCode.Environment;
                    throw new CommandFailedException(code, Advice.Tell(got.ErrorValue));
                }

                reporter.Say($"{name} -> {got.ResultValue}");
            }
        );
    }

    /// <summary>Asks at a terminal; without one, the licence is not accepted.</summary>
    private static bool AskFor(string name)
    {
        if (WeightCatalog.tryFind(name)?.Value is not { } model || System.Console.IsInputRedirected)
        {
            return false;
        }

        System.Console.Error.WriteLine(
            $"{name}: {model.Provenance}\nLicence: {model.License} (https://creativecommons.org/licenses/by-nc/4.0/): non-commercial use only, with attribution."
        );
        System.Console.Error.Write("Do you accept it? [y/N] ");
        return System.Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>Adds up the bytes of all files.</summary>
    private sealed class FileProgress(IProgress<long> total) : IProgress<DownloadProgress>
    {
        private int _file;
        private long _before;
        private long _current;

        public void Report(DownloadProgress value)
        {
            if (value.FileNumber != _file)
            {
                (_file, _before) = (value.FileNumber, _before + _current);
            }

            _current = value.Bytes;
            total.Report(_before + _current);
        }
    }
}
