using System.Globalization;
using System.Runtime.CompilerServices;

namespace UniRep.Benchmarks.Serving;

/// <summary>What the commands `serve NAME` take: pairs of `--option value`.</summary>
internal sealed class ServeOptions
{
    private readonly Dictionary<string, string> _values = [];

    public ServeOptions(IReadOnlyList<string> arguments)
    {
        for (var at = 0; at + 1 < arguments.Count; at += 2)
        {
            _values[arguments[at].TrimStart('-')] = arguments[at + 1];
        }
    }

    /// <summary>Gets the name of the model: of the server, and of the library that it is compared with.</summary>
    public string Model => Text("model", "open-672");

    /// <summary>Gets the threads of both; 0 for one a processor.</summary>
    public int Threads => Number("threads", 0);

    /// <summary>Gets the form of vectors: base64 or float.</summary>
    public string Encoding => Text("encoding", "base64");

    /// <summary>Gets the path of the server's dll.</summary>
    public string Server =>
        Path.GetFullPath(
            Text(
                "server",
                Path.Combine(
                    Here(),
                    "../../../src/UniRep.Server/bin/Release/net10.0/UniRep.Server.dll"
                )
            )
        );

    /// <summary>Starts a server with the model and the threads.</summary>
    /// <param name="keepsRequests">Whether its log keeps the line of every request.</param>
    /// <param name="arguments">More options of the server.</param>
    public Task<ServerProcess> StartAsync(bool keepsRequests, params string[] arguments) =>
        ServerProcess.StartAsync(
            Server,
            keepsRequests,
            [
                "--weights",
                Model,
                "--threads",
                Threads.ToString(CultureInfo.InvariantCulture),
                .. arguments,
            ]
        );

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text)
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
