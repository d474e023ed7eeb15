using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace UniRep.Server.Tests;

/// <summary>The npm package `openai`, unmodified, where node and the package are.</summary>
public sealed class OpenAiNpmTests
{
    private static readonly string[] Letters = ["MKTAYIAKQR", "MSKGEELFTGVVPILVELDG"];

    [Fact]
    public async Task The_npm_package_openai_reads_vectors_models_and_errors()
    {
        var folder = Path.Combine(Here(), "npm");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules", "openai")),
            "the npm package openai is not installed: npm ci --ignore-scripts in tests/UniRep.Server.Tests/npm"
        );
        Assert.SkipUnless(HasNode(), "node is not installed");
        await using var server = await TestServer.StartAsync();
        var answer = await RunAsync(
            folder,
            $"{server.Address}".TrimEnd('/'),
            TestServer.Model.Card.Name
        );
        var vectors = Letters.Select(letters =>
            ModelModule
                .represent(TestServer.Model, SequenceModule.parse(letters).ResultValue)
                .Average
        );
        Assert.Equal(vectors, VectorsOf(answer, "decoded"));
        Assert.Equal(vectors, VectorsOf(answer, "numbers"));
        Assert.Equal(30, answer.GetProperty("tokens").GetInt32());
        Assert.Equal(
            TestServer.Model.Card.Name,
            Assert.Single(answer.GetProperty("models").EnumerateArray()).GetString()
        );
        var refusal = answer.GetProperty("refusal");
        Assert.Equal("UnprocessableEntityError", refusal.GetProperty("name").GetString());
        Assert.Equal(422, refusal.GetProperty("status").GetInt32());
        Assert.Equal("invalid_sequence", refusal.GetProperty("code").GetString());
        Assert.Equal("input", refusal.GetProperty("param").GetString());
    }

    private static IEnumerable<float[]> VectorsOf(JsonElement answer, string name) =>
        answer.GetProperty(name).EnumerateArray().Select(vector => vector.Numbers());

    private static bool HasNode() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder =>
                File.Exists(Path.Combine(folder, "node"))
                || File.Exists(Path.Combine(folder, "node.exe"))
            );

    private static async Task<JsonElement> RunAsync(string folder, string url, string model)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["openai-client.mjs", url, model])
        {
            start.ArgumentList.Add(argument);
        }

        var cancellation = TestContext.Current.CancellationToken;
        using var node = Process.Start(start)!;
        var error = node.StandardError.ReadToEndAsync(cancellation);
        var output = await node.StandardOutput.ReadToEndAsync(cancellation);
        await node.WaitForExitAsync(cancellation);
        Assert.True(node.ExitCode == 0, await error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
