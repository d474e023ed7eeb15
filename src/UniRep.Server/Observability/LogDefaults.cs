namespace UniRep.Server.Observability;

/// <summary>How the log looks unless the configuration says otherwise (section <c>Logging</c>).</summary>
internal static class LogDefaults
{
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>One line an event, on standard error, with the scopes that hold the id of the request in JSON.</summary>
    public static void AddDefaults(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (configuration["Logging:Console:FormatterName"] is null)
        {
            logging.AddSimpleConsole(line =>
            {
                line.SingleLine = true;
                line.UseUtcTimestamp = true;
                line.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
        }

        // A server that cannot start ends with one message of its own, not with the traces of these.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (configuration[$"Logging:LogLevel:{Kestrel}"] is null)
        {
            logging.AddFilter(Kestrel, level => level is LogLevel.Warning or LogLevel.Error);
        }

        if (configuration["Logging:LogLevel:Microsoft.AspNetCore"] is null)
        {
            logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        }

        if (configuration["Logging:LogLevel:Grpc"] is null)
        {
            logging.AddFilter("Grpc", LogLevel.Warning);
            // Messages that are no protobuf are errors of clients; InferenceErrors logs those of the server.
            logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Critical);
        }
    }
}
