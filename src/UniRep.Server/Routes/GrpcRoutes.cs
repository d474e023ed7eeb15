using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using UniRep.Server.Hosting;
using UniRep.Server.Inference;

namespace UniRep.Server.Routes;

/// <summary>The Open Inference Protocol over gRPC, where it is asked for.</summary>
internal static class GrpcRoutes
{
    public static IServiceCollection AddInference(
        this IServiceCollection services,
        ServerOptions options
    )
    {
        services.AddSingleton<InferenceRun>();
        services.AddSingleton<InferenceBody>();
        if (!GrpcEndpoints.AreAskedFor(options))
        {
            return services;
        }

        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<InferenceErrors>();
            grpc.MaxReceiveMessageSize = (int)Math.Min(options.MaxBodyBytes, int.MaxValue);
            grpc.MaxSendMessageSize = null;
        });
        // gRPC unpacks a compressed message whatever its size, so a small body could fill the memory.
        services.PostConfigure<GrpcServiceOptions>(grpc => grpc.CompressionProviders.Clear());
        return services;
    }

    public static IEndpointRouteBuilder MapGrpc(this IEndpointRouteBuilder app)
    {
        if (
            !GrpcEndpoints.AreAskedFor(
                app.ServiceProvider.GetRequiredService<IOptions<ServerOptions>>().Value
            )
        )
        {
            return app;
        }

        // gRPC refuses a message by the size that stands before it; Kestrel's limit would only cut the call.
        var service = app.MapGrpcService<InferenceService>()
            .WithMetadata(new DisableRequestSizeLimitAttribute());
        new Methods(service, nameof(InferenceService.ModelInfer)).Computes();
        new Methods(
            service,
            nameof(InferenceService.ServerLive),
            nameof(InferenceService.ServerReady),
            nameof(InferenceService.ModelReady)
        ).OpenToAll();
        return app;
    }

    /// <summary>Marks some methods of a service, and not the others.</summary>
    private sealed class Methods(IEndpointConventionBuilder service, params string[] names)
        : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) =>
            service.Add(endpoint =>
            {
                if (
                    endpoint
                        .Metadata.OfType<GrpcMethodMetadata>()
                        .Any(method => names.Contains(method.Method.Name))
                )
                {
                    convention(endpoint);
                }
            });
    }
}
