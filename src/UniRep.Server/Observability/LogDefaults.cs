namespace UniRep.Server.Observability;

/// <summary>How the log looks unless the configuration says otherwise (section <c>Logging</c>).</summary>
internal static class LogDefaults
{
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
        logging.AddFilter(
            (category, level) =>
                category != "Microsoft.AspNetCore.Server.Kestrel" || level < LogLevel.Critical
        );
        if (configuration["Logging:LogLevel:Microsoft.AspNetCore"] is null)
        {
            logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        }
    }
}
