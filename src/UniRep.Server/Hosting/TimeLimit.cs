using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;
using UniRep.Server.Errors;

namespace UniRep.Server.Hosting;

/// <summary>How long a request may take.</summary>
internal sealed class TimeLimit(IOptions<ServerOptions> options)
    : IConfigureOptions<RequestTimeoutOptions>
{
    /// <summary>The name of the policy of routes that compute.</summary>
    public const string Policy = "compute";

    public void Configure(RequestTimeoutOptions timeouts) =>
        timeouts.AddPolicy(
            Policy,
            new RequestTimeoutPolicy
            {
                Timeout = TimeSpan.FromSeconds(options.Value.RequestTimeout),
                TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
                WriteTimeoutResponse = context =>
                    ErrorHandling.AnswerAsync(
                        context,
                        new RequestException(
                            StatusCodes.Status504GatewayTimeout,
                            "timeout",
                            $"The request took longer than {options.Value.RequestTimeout} s and was given up."
                        )
                    ),
            }
        );
}
