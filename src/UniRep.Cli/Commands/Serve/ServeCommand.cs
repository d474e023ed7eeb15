using System.CommandLine;
using System.Globalization;
using UniRep.Cli.Console;
using UniRep.Cli.Help;
using UniRep.Server.Hosting;

namespace UniRep.Cli.Commands.Serve;

/// <summary>`unirep serve`: the web service.</summary>
internal static class ServeCommand
{
    public static Command Create(Interruption interruption)
    {
        var urls = new Option<string?>("--urls")
        {
            Description =
                $"where to listen, separated by semicolons; default: {UniRepServer.DefaultUrl}, this machine alone",
            HelpName = "URLS",
        };
        var weights = SharedOptions.Weights();
        var threads = SharedOptions.Threads();
        var precision = SharedOptions.PrecisionNames();
        var backend = BackendChoice.Option();
        var invariant = BackendChoice.BatchInvariant();
        var keyFile = new Option<string?>("--api-key-file")
        {
            Description =
                "file with one API key a line; with keys here or in the variable UNIREP_API_KEYS, requests need one",
            HelpName = "FILE",
        };
        var origins = new Option<string?>("--cors-origins")
        {
            Description =
                "origins whose pages may call the service, separated by blanks; default: none",
            HelpName = "ORIGINS",
        };
        var grpcUrls = new Option<string?>("--grpc-urls")
        {
            Description =
                "where to speak gRPC (Open Inference Protocol), which without TLS needs a port of its own; default: nowhere",
            HelpName = "URLS",
        };
        var cachePath = new Option<string?>("--cache-path")
        {
            Description = "SQLite file in which results outlive the service; default: none",
            HelpName = "FILE",
        };
        var limits = ServerSetting.All.ToDictionary(setting => setting, Limit);
        var command = new Command(
            "serve",
            "Serve representations over HTTP, in the shapes of OpenAI and others."
        )
        {
            urls,
            weights,
            threads,
            precision,
            backend,
            invariant,
            keyFile,
            origins,
            grpcUrls,
            cachePath,
        };
        foreach (var limit in limits.Values)
        {
            command.Add(limit);
        }

        command.SetAction(
            (parsed, _) =>
                new ServeRun(
                    parsed.GetValue(weights)!,
                    (
                        parsed.GetValue(backend)! with
                        {
                            Precision = parsed.GetValue(precision),
                            IsBatchInvariant = parsed.GetValue(invariant),
                        }
                    )
                        .Settle(new Reporter(false))
                        .Make(SharedOptions.ThreadsOf(parsed.GetValue(threads))),
                    [
                        .. Texts(parsed, urls, keyFile, origins, grpcUrls, cachePath),
                        .. limits
                            .Where(limit => SharedOptions.IsGiven(parsed, limit.Value))
                            .SelectMany(limit =>
                                new[]
                                {
                                    limit.Value.Name,
                                    parsed
                                        .GetValue(limit.Value)
                                        .ToString(CultureInfo.InvariantCulture),
                                }
                            ),
                    ],
                    interruption
                ).RunAsync()
        );
        Help(limits.Values).Describe(command);
        return command;
    }

    private static Option<long> Limit(ServerSetting setting) =>
        Numbers.Long(
            setting.Option,
            setting.Description,
            setting.Default,
            new NumberRange<long>(setting.Least, setting.Most, false, false)
        );

    private static IEnumerable<string> Texts(
        ParseResult parsed,
        params Option<string?>[] options
    ) =>
        options.SelectMany(option =>
            parsed.GetValue(option) is { } text ? new[] { option.Name, text } : []
        );

    private static readonly string[] Cache = ["--cache-memory", "--cache-path", "--cache-disk"];

    private static CommandHelp Help(IEnumerable<Option> limits) =>
        new()
        {
            Groups =
            [
                new("Service", "--urls", "--grpc-urls", "--api-key-file", "--cors-origins"),
                new("Model", "--weights", "--precision"),
                new("Running", "--device", "--batch-invariant", "--threads", "--help"),
                new("Cache of results", [.. Cache]),
                new("Limits", [.. limits.Select(limit => limit.Name).Except(Cache)]),
            ],
            Examples =
            [
                new("unirep serve", $"the included model, on {UniRepServer.DefaultUrl}"),
                new(
                    "unirep serve --urls http://127.0.0.1:9000 --weights paper-64",
                    "another port, and a model that `unirep weights get paper-64` has fetched"
                ),
                new(
                    "unirep serve --urls http://0.0.0.0:8080 --api-key-file keys.txt",
                    "every network of this machine, for those who have a key"
                ),
            ],
            Notes =
            [
                "SIGTERM and Ctrl-C stop the service once every accepted request is answered; a second one stops it at once. "
                    + "ASP.NET's configuration applies too: appsettings.json in this folder, and environment variables such as "
                    + "Kestrel__Certificates__Default__Path for TLS (docs/server.md).",
            ],
        };
}
