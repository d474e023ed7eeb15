using UniRep.Server.Errors;
using UniRep.Server.Hosting;
using UniRep.Server.Security;

namespace UniRep.Server.Routes;

/// <summary>Marks of endpoints that the rest of the server acts on.</summary>
internal static class RouteConventions
{
    /// <summary>Gives the errors of a route their shape; without it they are <c>application/problem+json</c>.</summary>
    public static TBuilder ErrorsAs<TBuilder>(this TBuilder route, ErrorShape shape)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new ErrorShapeMetadata(shape));

    /// <summary>Marks a route that computes: it is refused while the server drains, is limited in its rate and time, and a
    /// stop of the server waits for it.</summary>
    public static TBuilder Computes<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.WithRequestTimeout(TimeLimit.Policy);
        return route.WithMetadata(new ComputesMetadata()).RequireRateLimiting(RateLimits.Policy);
    }

    /// <summary>Says in the description of the API that a route refuses some requests with these statuses, in addition to
    /// those that every route that computes has.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder route, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new RefusesMetadata(statuses));

    /// <summary>Says in the description of the API that a route gives bytes of these media types too.</summary>
    public static TBuilder GivesBytes<TBuilder>(this TBuilder route, params string[] types)
        where TBuilder : IEndpointConventionBuilder =>
        route.WithMetadata(new GivesBytesMetadata(types));

    /// <summary>Marks a route that needs no API key, such as that of a probe.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new OpenToAllMetadata());
}

/// <summary>The mark of <see cref="RouteConventions.Computes"/>.</summary>
internal sealed class ComputesMetadata;

/// <summary>The mark of <see cref="RouteConventions.Refuses"/>.</summary>
internal sealed record RefusesMetadata(IReadOnlyList<int> Statuses);

/// <summary>The mark of <see cref="RouteConventions.GivesBytes"/>.</summary>
internal sealed record GivesBytesMetadata(IReadOnlyList<string> Types);

/// <summary>The mark of <see cref="RouteConventions.OpenToAll"/>.</summary>
internal sealed class OpenToAllMetadata;
