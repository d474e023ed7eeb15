using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using UniRep.Server.Caching;
using UniRep.Server.Computation;
using UniRep.Server.Errors;
using UniRep.Server.Observability;
using UniRep.Server.Page;
using UniRep.Server.Requests;
using UniRep.Server.Routes;
using UniRep.Server.Security;

namespace UniRep.Server.Hosting;

/// <summary>Why a server could not start.</summary>
/// <param name="IsUsage">Whether an option is wrong, rather than a file or the network.</param>
/// <param name="Message">What is wrong.</param>
public sealed record StartFailure(bool IsUsage, string Message);

/// <summary>Builds the web application around a model.</summary>
public static class UniRepServer
{
    /// <summary>Where the server listens unless it is told otherwise: this machine alone.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>The names of this machine itself.</summary>
    internal const string HomeHosts = "localhost;127.0.0.1;[::1]";

    /// <summary>Builds the server.</summary>
    /// <param name="model">The model that it computes with; the caller disposes of it after the server.</param>
    /// <param name="version">The version of the program.</param>
    /// <param name="arguments">Options of ASP.NET and of <see cref="ServerSetting"/>: <c>--urls http://127.0.0.1:0</c>.</param>
    /// <exception cref="InvalidDataException">An option is out of its range.</exception>
    /// <exception cref="IOException">The file of API keys cannot be read.</exception>
    public static WebApplication Build(Model model, string version, string[] arguments)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.AddDefaults(builder.Configuration);
        builder.Configuration.AddCommandLine(arguments, Switches);
        ListenAtHome(builder);
        var options = Options(builder);
        GrpcEndpoints.Add(builder, options);
        AddServices(builder, new ServedModel(model, version), options);
        ConfigureKestrel(builder, options);
        var app = builder.Build();
        Use(app, options);
        Map(app);
        return app;
    }

    /// <summary>Says why a server could not be built or started; null if the exception is another.</summary>
    public static StartFailure? FailureOf(Exception error) =>
        error switch
        {
            InvalidDataException => new StartFailure(true, error.Message),
            FormatException
            or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } =>
                new StartFailure(true, $"--urls: {error.Message}"),
            IOException or UnauthorizedAccessException => new StartFailure(false, error.Message),
            SocketException => new StartFailure(false, $"--urls: {error.Message}"),
            _ => null,
        };

    /// <summary>Gets the longest time from the request to stop until the server has stopped.</summary>
    public static TimeSpan TimeToStop(WebApplication app) =>
        app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;

    /// <summary>Gets the keys of the configuration that options of the command line stand for.</summary>
    public static Dictionary<string, string> Switches { get; } =
        ServerSetting
            .All.Select(setting => (setting.Option, setting.Key))
            .Concat(
                ServerSetting.Texts.Select(text =>
                    (text.Key, $"{ServerOptions.Section}:{text.Value}")
                )
            )
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);

    /// <summary>Listens on this machine alone unless the configuration says where, and then answers no other host names:
    /// a page elsewhere cannot reach the server under a name of its own (DNS rebinding).</summary>
    private static void ListenAtHome(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        string[] places = [WebHostDefaults.ServerUrlsKey, "HTTP_PORTS", "HTTPS_PORTS"];
        if (
            places.All(key => string.IsNullOrEmpty(configuration[key]))
            && !configuration.GetSection("Kestrel:Endpoints").GetChildren().Any()
        )
        {
            builder.WebHost.UseUrls(DefaultUrl);
            configuration[WebHostDefaults.ServerUrlsKey] = DefaultUrl;
        }

        if (
            configuration["AllowedHosts"] is null or ""
            && configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls
            && urls.Split(';').All(IsLoopback)
        )
        {
            configuration["AllowedHosts"] = HomeHosts;
        }
    }

    internal static bool IsHome(string host) =>
        HomeHosts.Split(';').Contains(host, StringComparer.OrdinalIgnoreCase);

    private static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback;

    private static ServerOptions Options(WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(ServerOptions.Section);
        builder.Services.Configure<ServerOptions>(section);
        var options = new ServerOptions();
        try
        {
            section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidDataException(error.Message.TrimEnd('.'), error);
        }

        return ServerSetting.Complaint(options) is { } complaint
            ? throw new InvalidDataException(complaint)
            : options;
    }

    private static void AddServices(
        WebApplicationBuilder builder,
        ServedModel served,
        ServerOptions options
    )
    {
        var services = builder.Services;
        services.AddSingleton(served);
        services.AddSingleton(
            ApiKeys.Read(options.ApiKeyFile, Environment.GetEnvironmentVariable(ApiKeys.Variable))
        );
        services.AddSingleton<ServerState>();
        services.AddSingleton<EmbeddingQueue>();
        services.AddSingleton<GenerationSlots>();
        services.AddSingleton<JsonBody>();
        services.AddSingleton<SequenceReader>();
        services.AddSingleton<GenerateReader>();
        services.AddSingleton<
            IConfigureOptions<Microsoft.AspNetCore.Http.Timeouts.RequestTimeoutOptions>,
            TimeLimit
        >();
        services.AddRequestTimeouts();
        services.AddInference(options);
        services.AddSingleton<ResultCache>();
        services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower
        );
        services.AddTelemetry(builder.Configuration, served.Version);
        services.AddDocumentation();
        services.AddCors(cors =>
            cors.AddDefaultPolicy(policy =>
                policy
                    .WithOrigins(Origins(options))
                    .WithMethods("GET", "POST")
                    .AllowAnyHeader()
                    .WithExposedHeaders("Retry-After", "X-Request-Id")
            )
        );
        services.AddRateLimits();
        services.AddHostedService<Draining>();
        services.AddHostedService<WarmUp>();
        services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(options.DrainTimeout + options.DrainDelay)
        );
    }

    private static void ConfigureKestrel(WebApplicationBuilder builder, ServerOptions options)
    {
        builder.WebHost.ConfigureKestrel(
            (_, kestrel) =>
            {
                var rate =
                    options.MinDataRate == 0
                        ? null
                        : new MinDataRate(options.MinDataRate, TimeSpan.FromSeconds(5));
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
                kestrel.Limits.MaxConcurrentConnections =
                    options.MaxConnections == 0 ? null : options.MaxConnections;
                kestrel.Limits.MinRequestBodyDataRate = rate;
                kestrel.Limits.MinResponseDataRate = rate;
                kestrel.ConfigureEndpointDefaults(endpoint =>
                {
                    var state = endpoint.ApplicationServices.GetRequiredService<ServerState>();
                    endpoint.Use(next =>
                        async connection =>
                        {
                            state.Connected();
                            try
                            {
                                await next(connection);
                            }
                            finally
                            {
                                state.Disconnected();
                            }
                        }
                    );
                });
            }
        );
    }

    private static void Use(WebApplication app, ServerOptions options)
    {
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ErrorHandling>();
        app.UseRouting();
        if (Origins(options) is { Length: > 0 })
        {
            app.UseCors();
        }

        app.UseMiddleware<KeyCheck>();
        app.UseRateLimiter();
        app.UseRequestTimeouts();
        app.UseMiddleware<Admission>();
    }

    private static string[] Origins(ServerOptions options) =>
        options.CorsOrigins?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static void Map(WebApplication app)
    {
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenAi();
        app.MapPage();
        app.MapInference();
        app.MapGrpc();
        app.MapTei();
        app.MapInfo();
        app.MapScores();
        app.MapGenerate();
        app.MapRepresent();
        app.MapDocumentation();
    }
}
