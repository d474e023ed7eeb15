using System.Text;
using UniRep.Tests;

namespace UniRep.Server.Tests;

/// <summary>Clients that are gone before they have sent their whole request.</summary>
public sealed class DisconnectTests
{
    private const int Clients = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_reset_within_a_body_is_no_fault_of_the_server()
    {
        using var server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "UniRep.Server.dll"),
            true,
            "--weights",
            "open-256"
        );
        var head = Encoding.ASCII.GetBytes(
            "POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n"
        );
        for (var client = 0; client < Clients; client++)
        {
            using var connection = await RawConnection.OpenAsync(
                server.EndPoint,
                TestContext.Current.CancellationToken
            );
            await connection.SendAsync(head, TestContext.Current.CancellationToken);
            // 100 Continue: the server reads the body from now on.
            await connection.ReadAsync(new byte[64], TestContext.Current.CancellationToken);
            await connection.SendAsync("{"u8.ToArray(), TestContext.Current.CancellationToken);
            connection.Reset();
        }

        Assert.True(
            SpinWait.SpinUntil(() => Answered(server) >= Clients, Patience),
            $"{Answered(server)} requests are in the log"
        );
        Assert.DoesNotContain(
            server.Log,
            line => line.Contains("fail:") || line.Contains("/v1/embeddings 500")
        );
    }

    private static int Answered(ServerProcess server) =>
        server.Log.Count(line => line.Contains("POST /v1/embeddings ", StringComparison.Ordinal));
}
