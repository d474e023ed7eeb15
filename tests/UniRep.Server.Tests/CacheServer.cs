using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using UniRep.Server.Caching;
using static UniRep.Server.Tests.InferenceSamples;

namespace UniRep.Server.Tests;

/// <summary>A server with a cache, and what it counts of it.</summary>
internal sealed class CacheServer : IAsyncDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = [];

    private CacheServer(TestServer server)
    {
        Server = server;
        var factory = server.App.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Servers of other tests have meters of the same name.
            if (
                ReferenceEquals(instrument.Meter.Scope, factory)
                && instrument.Name.StartsWith("unirep.cache.", StringComparison.Ordinal)
            )
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
            {
                var name =
                    tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
                lock (_counts)
                {
                    _counts[name] = instrument.IsObservable
                        ? value
                        : _counts.GetValueOrDefault(name) + value;
                }
            }
        );
        _listener.Start();
    }

    public TestServer Server { get; }

    public ResultCache Cache => Server.App.Services.GetRequiredService<ResultCache>();

    /// <summary>Sequences of a length, each another one.</summary>
    public static string[] Many(int count, int length, int seed = 1)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                    string.Concat(
                        Enumerable
                            .Range(0, length)
                            .Select(_ => "ACDEFGHIKLMNPQRSTVWY"[random.Next(20)])
                    )
                ),
        ];
    }

    public static async Task<CacheServer> StartAsync(params string[] options) =>
        new(await TestServer.StartAsync(options));

    /// <summary>Gives what was counted under a name: <c>misses</c>, <c>hits memory</c>, <c>bytes disk</c>.</summary>
    public long Count(string name)
    {
        _listener.RecordObservableInstruments();
        lock (_counts)
        {
            return _counts.GetValueOrDefault($"unirep.cache.{name}");
        }
    }

    /// <summary>Computes all outputs of sequences, as the bytes of the response's tensors.</summary>
    public async Task<byte[]> InferAsync(params string[] letters)
    {
        using var request = Binary(
            Bytes(letters),
            $"[{letters.Length}]",
            ",\"parameters\":{\"binary_data_output\":true}"
        );
        return (await Server.SendAsync(request)).Require(200).Parts().Bytes;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await Server.DisposeAsync();
    }
}
