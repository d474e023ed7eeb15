using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using UniRep.Server.Computation;
using UniRep.Server.Hosting;
using UniRep.Server.Observability;
using UniRep.Server.Requests;

namespace UniRep.Server.Caching;

/// <summary>Gives results that were computed before, with the same bits, and lets the rest be computed. Off unless the
/// options say where results are kept.</summary>
internal sealed class ResultCache : IAsyncDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly CacheKeys _keys;
    private readonly MemoryCache? _memory;
    private readonly DiskCache? _disk;
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;

    public ResultCache(
        ServedModel served,
        IOptions<ServerOptions> options,
        IMeterFactory meters,
        ILoggerFactory loggers
    )
    {
        var cache = options.Value.Cache;
        _keys = new CacheKeys(served);
        _memory = cache.Memory > 0 ? new MemoryCache(cache.Memory * Megabyte) : null;
        _disk = string.IsNullOrEmpty(cache.Path)
            ? null
            : new DiskCache(
                cache.Path,
                cache.Disk * Megabyte,
                TimeProvider.System,
                loggers.CreateLogger<DiskCache>()
            );
        var meter = meters.Create(ServerMetrics.Name);
        _hits = meter.CreateCounter<long>(
            "unirep.cache.hits",
            "{sequence}",
            "Results that the cache had"
        );
        _misses = meter.CreateCounter<long>(
            "unirep.cache.misses",
            "{sequence}",
            "Results that the cache had not"
        );
        if (IsOn)
        {
            meter.CreateObservableGauge(
                "unirep.cache.bytes",
                Sizes,
                "By",
                "Bytes of the results that are kept"
            );
        }
    }

    /// <summary>Gets whether anything is kept.</summary>
    public bool IsOn => _memory is not null || _disk is not null;

    /// <summary>Gives the results of a request's sequences, in their order.</summary>
    /// <param name="output">What is wanted of each sequence.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="compute">Computes the sequences that the cache does not have, all or none.</param>
    public async Task<TResult[]> GetOrComputeAsync<TResult>(
        Output<TResult> output,
        SequenceBatch batch,
        Func<SequenceBatch, Task<TResult[]>> compute
    )
    {
        if (!IsOn || ResultCodecs.Find(output) is not { } codec)
        {
            return await compute(batch);
        }

        var keys = Array.ConvertAll(batch.Sequences, sequence => _keys.Of(codec.Kind, sequence));
        var results = new TResult[keys.Length];
        var missing = FindInMemory(codec, keys, results);
        if (_disk is not null && missing.Count > 0)
        {
            // SQLite knows no asynchronous reading: it waits on a thread of the pool, not on that of the request.
            missing = await Task.Run(() => FindOnDisk(_disk, codec, keys, results, missing));
        }

        _misses.Add(missing.Count);
        if (missing.Count == 0)
        {
            return results;
        }

        var computed = await compute(missing.Count == keys.Length ? batch : Part(batch, missing));
        for (var i = 0; i < computed.Length; i++)
        {
            results[missing[i]] = computed[i];
            Keep(codec, keys[missing[i]], computed[i]);
        }

        return results;
    }

    public ValueTask DisposeAsync() => _disk?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static SequenceBatch Part(SequenceBatch batch, List<int> indices)
    {
        var sequences = indices.Select(i => batch.Sequences[i]).ToArray();
        return new SequenceBatch(sequences, sequences.Sum(sequence => (long)sequence.Length));
    }

    private List<int> FindInMemory<TResult>(
        ResultCodec<TResult> codec,
        CacheKey[] keys,
        TResult[] results
    )
    {
        var missing = new List<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            if (_memory?.Find(keys[i]) is { } value)
            {
                results[i] = codec.Read(value);
            }
            else
            {
                missing.Add(i);
            }
        }

        Hit(keys.Length - missing.Count, "memory");
        return missing;
    }

    private List<int> FindOnDisk<TResult>(
        DiskCache disk,
        ResultCodec<TResult> codec,
        CacheKey[] keys,
        TResult[] results,
        List<int> wanted
    )
    {
        var missing = new List<int>();
        foreach (var i in wanted)
        {
            if (disk.Find(keys[i]) is { } value)
            {
                results[i] = codec.Read(value);
                _memory?.Add(keys[i], value);
            }
            else
            {
                missing.Add(i);
            }
        }

        Hit(wanted.Count - missing.Count, "disk");
        return missing;
    }

    private void Keep<TResult>(ResultCodec<TResult> codec, CacheKey key, TResult result)
    {
        // One result of many residues must not push out all others.
        var size = codec.Size(result);
        var inMemory = _memory is not null && size <= _memory.MaximalValue;
        var onDisk = _disk is not null && size <= _disk.MaximalValue;
        if (!inMemory && !onDisk)
        {
            return;
        }

        var value = codec.Encode(result);
        if (inMemory)
        {
            _memory!.Add(key, value);
        }

        if (onDisk)
        {
            _disk!.Add(key, value);
        }
    }

    private void Hit(int count, string place)
    {
        if (count > 0)
        {
            _hits.Add(count, new KeyValuePair<string, object?>("place", place));
        }
    }

    private IEnumerable<Measurement<long>> Sizes()
    {
        if (_memory is not null)
        {
            yield return new(_memory.Bytes, new KeyValuePair<string, object?>("place", "memory"));
        }

        if (_disk is not null)
        {
            yield return new(_disk.Bytes, new KeyValuePair<string, object?>("place", "disk"));
        }
    }
}
