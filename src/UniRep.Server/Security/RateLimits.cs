using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;
using UniRep.Server.Observability;

namespace UniRep.Server.Security;

/// <summary>How many requests a minute a client may send.</summary>
internal static class RateLimits
{
    /// <summary>The name of the policy of routes that compute.</summary>
    public const string Policy = "compute";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddRateLimits(this IServiceCollection services) =>
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Policy, Partition);
            limiter.OnRejected = RejectAsync;
        });

    private static RateLimitPartition<string> Partition(HttpContext context)
    {
        var perMinute = context
            .RequestServices.GetRequiredService<IOptions<ServerOptions>>()
            .Value.RequestsPerMinute;
        return perMinute == 0
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(
                context.Info().Client,
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = perMinute,
                    TokensPerPeriod = 1,
                    ReplenishmentPeriod = Minute / perMinute,
                    QueueLimit = 0,
                }
            );
    }

    private static async ValueTask RejectAsync(
        OnRejectedContext rejected,
        CancellationToken cancellation
    )
    {
        var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
            ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
            : 1;
        await ErrorHandling.AnswerAsync(
            rejected.HttpContext,
            new RequestException(
                StatusCodes.Status429TooManyRequests,
                "rate_limited",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Too many requests: try again in {seconds} s."
                )
            )
            {
                RetryAfter = seconds,
            }
        );
    }
}
