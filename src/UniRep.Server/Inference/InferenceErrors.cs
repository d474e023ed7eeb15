using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http.Timeouts;
using UniRep.Server.Errors;
using UniRep.Server.Observability;

namespace UniRep.Server.Inference;

/// <summary>Turns refusals and faults of gRPC calls into statuses, as <see cref="ErrorHandling"/> does for HTTP.</summary>
internal sealed partial class InferenceErrors(ILogger<InferenceErrors> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    )
    {
        var http = context.GetHttpContext();
        try
        {
            return await continuation(request, context);
        }
        catch (RequestException refusal)
        {
            throw Refuse(http, refusal);
        }
        catch (OperationCanceledException) when (IsTimeUp(http))
        {
            throw Refuse(
                http,
                new RequestException(
                    StatusCodes.Status504GatewayTimeout,
                    "timeout",
                    "The request took longer than the server allows (--request-timeout) and was given up."
                )
            );
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(Status.DefaultCancelled);
        }
        catch (Exception fault)
        {
            Failed(fault, http.TraceIdentifier);
            throw Refuse(
                http,
                new RequestException(
                    StatusCodes.Status500InternalServerError,
                    "internal_error",
                    "This is a fault of the server. Its log has more, under the id of this request (x-request-id)."
                )
            );
        }
    }

    private static bool IsTimeUp(HttpContext http) =>
        http.Features.Get<IHttpRequestTimeoutFeature>()
            is { RequestTimeoutToken.IsCancellationRequested: true };

    private static RpcException Refuse(HttpContext http, RequestException refusal)
    {
        http.Info().Error = refusal.Code;
        return GrpcError.ToRpc(refusal);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Request {Id} failed")]
    private partial void Failed(Exception fault, string id);
}
