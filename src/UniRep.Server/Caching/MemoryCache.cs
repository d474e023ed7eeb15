namespace UniRep.Server.Caching;

/// <summary>Results in memory, up to a number of bytes; what was not used for longest goes first.</summary>
internal sealed class MemoryCache(long limit)
{
    /// <summary>What an entry takes besides its value: the key, the nodes of dictionary and list, the array's head.</summary>
    public const int Overhead = 192;

    private readonly Lock _lock = new();
    private readonly Dictionary<CacheKey, LinkedListNode<(CacheKey Key, byte[] Value)>> _entries =
    [];
    private readonly LinkedList<(CacheKey Key, byte[] Value)> _byUse = [];
    private long _bytes;

    /// <summary>Gets the bytes that entries take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Finds a value, which then counts as used.</summary>
    public byte[]? Find(CacheKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Value;
        }
    }

    /// <summary>Gets the most bytes of one value: one alone must not push out all others.</summary>
    public long MaximalValue => limit / 8;

    /// <summary>Keeps a value, unless it is too large. It must not change from now on.</summary>
    public void Add(CacheKey key, byte[] value)
    {
        var size = SizeOf(value);
        if (value.Length > MaximalValue)
        {
            return;
        }

        lock (_lock)
        {
            if (_entries.ContainsKey(key))
            {
                return;
            }

            while (_bytes + size > limit)
            {
                RemoveLast();
            }

            _entries.Add(key, _byUse.AddFirst((key, value)));
            Interlocked.Add(ref _bytes, size);
        }
    }

    private void RemoveLast()
    {
        var (key, value) = _byUse.Last!.Value;
        _byUse.RemoveLast();
        _entries.Remove(key);
        Interlocked.Add(ref _bytes, -SizeOf(value));
    }

    private static long SizeOf(byte[] value) => value.Length + Overhead;
}
