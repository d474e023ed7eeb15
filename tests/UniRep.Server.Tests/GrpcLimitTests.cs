using Grpc.Core;
using UniRep.Server.Protocols;
using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>The server's limits, keys and times over gRPC.</summary>
public sealed class GrpcLimitTests
{
    [Theory]
    [InlineData("--max-sequences", "1", StatusCode.InvalidArgument)]
    [InlineData("--max-sequence-residues", "9", StatusCode.InvalidArgument)]
    [InlineData("--max-request-residues", "29", StatusCode.InvalidArgument)]
    [InlineData("--max-response-values", "3073", StatusCode.InvalidArgument)]
    [InlineData("--max-body-bytes", "64", StatusCode.ResourceExhausted)]
    public async Task The_servers_limits_hold(string option, string value, StatusCode status)
    {
        await using var client = await GrpcClient.StartAsync(option, value);
        await client.RequireErrorAsync(status, GrpcClient.Request(false, First, Second));
    }

    [Fact]
    public async Task The_rate_limit_holds_and_says_when_to_try_again()
    {
        await using var client = await GrpcClient.StartAsync("--requests-per-minute", "1");
        await client.InferAsync(GrpcClient.Request(false, First));
        var error = await client.RequireErrorAsync(
            StatusCode.ResourceExhausted,
            GrpcClient.Request(false, First)
        );
        Assert.Equal("rate_limited", error.Trailers.GetValue("error-code"));
        Assert.NotNull(error.Trailers.GetValue("retry-after"));
        Assert.True((await client.Service.ServerLiveAsync(new(), GrpcClient.Options())).Live);
    }

    [Fact]
    public async Task Keys_are_needed_except_by_probes()
    {
        using var folder = new TemporaryFolder();
        await using var client = await GrpcClient.StartAsync(
            "--api-key-file",
            folder.Write("keys.txt", "secret")
        );
        await client.RequireErrorAsync(
            StatusCode.Unauthenticated,
            GrpcClient.Request(false, First)
        );
        await client.RequireErrorAsync(
            StatusCode.Unauthenticated,
            GrpcClient.Request(false, First),
            "wrong"
        );
        Assert.Equal(
            5,
            (await client.InferAsync(GrpcClient.Request(false, First), "secret")).Outputs.Count
        );
        Assert.True((await client.Service.ServerReadyAsync(new(), GrpcClient.Options())).Ready);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await client.Service.ServerMetadataAsync(new(), GrpcClient.Options())
        );
        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
    }

    [Fact]
    public async Task A_draining_server_is_unavailable_but_live()
    {
        await using var client = await GrpcClient.StartAsync();
        client.Server.State.StartDraining();
        var error = await client.RequireErrorAsync(
            StatusCode.Unavailable,
            GrpcClient.Request(false, First)
        );
        Assert.Equal("draining", error.Trailers.GetValue("error-code"));
        Assert.Equal("5", error.Trailers.GetValue("retry-after"));
        Assert.True((await client.Service.ServerLiveAsync(new(), GrpcClient.Options())).Live);
        Assert.False((await client.Service.ServerReadyAsync(new(), GrpcClient.Options())).Ready);
    }

    [Fact]
    public async Task A_request_longer_than_its_time_limit_exceeds_its_deadline()
    {
        await using var client = await GrpcClient.StartAsync(
            "--request-timeout",
            "1",
            "--max-sequence-residues",
            "10000000",
            "--max-request-residues",
            "10000000",
            "--max-queued-residues",
            "20000000"
        );
        var request = GrpcClient.Request(false, new string('A', 8_000_000));
        var error = await client.RequireErrorAsync(StatusCode.DeadlineExceeded, request);
        Assert.Equal("timeout", error.Trailers.GetValue("error-code"));
        Assert.True(
            SpinWait.SpinUntil(() => client.Server.State.Requests == 0, TimeSpan.FromMinutes(5))
        );
    }

    [Fact]
    public async Task A_cancelled_call_leaves_the_server()
    {
        await using var client = await GrpcClient.StartAsync(
            "--max-sequence-residues",
            "10000000",
            "--max-request-residues",
            "10000000",
            "--max-queued-residues",
            "20000000"
        );
        using var cancellation = new CancellationTokenSource();
        var call = client.Service.ModelInferAsync(
            GrpcClient.Request(false, new string('A', 8_000_000)),
            cancellationToken: cancellation.Token
        );
        Assert.True(
            SpinWait.SpinUntil(() => client.Server.State.Requests == 1, TimeSpan.FromMinutes(5))
        );
        await cancellation.CancelAsync();
        var error = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.True(
            SpinWait.SpinUntil(() => client.Server.State.Requests == 0, TimeSpan.FromMinutes(5))
        );
    }
}
