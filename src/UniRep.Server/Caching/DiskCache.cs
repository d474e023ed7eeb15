using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace UniRep.Server.Caching;

/// <summary>
/// Results in a SQLite database, up to a number of bytes. Requests read; one task writes, behind them, many results in a
/// transaction. The cache never fails a request: what cannot be read is computed, what cannot be written is dropped, and a
/// damaged file is set aside.
/// </summary>
internal sealed partial class DiskCache : IAsyncDisposable
{
    private const long MaximalWaitingBytes = 32 << 20;
    private const int MaximalWaiting = 16_384;
    private const int MaximalBatch = 1024;
    private const long MaximalBatchBytes = 4 << 20;
    private static readonly TimeSpan BetweenComplaints = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly long _limit;
    private readonly TimeProvider _time;
    private readonly ILogger<DiskCache> _logger;
    private readonly Lock _lock = new();
    private readonly Channel<CacheChange> _changes = Channel.CreateBounded<CacheChange>(
        MaximalWaiting
    );
    private readonly Task _writing;
    private CacheDatabase? _reader;
    private CacheDatabase? _writer;
    private volatile bool _isDamaged;
    private long _waitingBytes;
    private long _bytes;
    private long _use;
    private long _complainedAt;

    /// <summary>Opens the file, and creates it and its folder if they are not there.</summary>
    /// <exception cref="InvalidDataException">The file is a database of something else.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public DiskCache(string path, long limit, TimeProvider time, ILogger<DiskCache> logger)
    {
        _path = Path.GetFullPath(path);
        _limit = limit;
        _time = time;
        _logger = logger;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            Open();
        }
        catch (Exception error)
            when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{_path}: the cache cannot be opened: {error.Message}", error);
        }

        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Gets the bytes of the file that hold something.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Gets the most bytes of one result: one alone must not push out all others.</summary>
    public long MaximalValue => _limit / 8;

    /// <summary>Finds a value; null if it is not there, or not to be had.</summary>
    public byte[]? Find(CacheKey key)
    {
        try
        {
            byte[]? value;
            lock (_lock)
            {
                value = _isDamaged ? null : _reader?.Find(key);
            }

            if (value is not null)
            {
                Post(new CacheChange(key, null, IsRemoval: false));
            }

            return value;
        }
        catch (InvalidDataException)
        {
            RowIsDamaged(_path);
            Post(new CacheChange(key, null, IsRemoval: true));
        }
        catch (SqliteException error)
        {
            Failed(error, key);
        }

        return null;
    }

    /// <summary>Lets a value be written, soon; it is dropped if too many wait.</summary>
    public void Add(CacheKey key, byte[] value)
    {
        var waiting = Interlocked.Read(ref _waitingBytes) + value.Length;
        if (value.Length <= MaximalValue && waiting <= MaximalWaitingBytes)
        {
            Post(new CacheChange(key, value, IsRemoval: false));
        }
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _writing;
        Close();
    }

    private void Post(CacheChange change)
    {
        if (_changes.Writer.TryWrite(change))
        {
            Interlocked.Add(ref _waitingBytes, change.Bytes);
        }
    }

    private async Task WriteAsync()
    {
        var batch = new List<CacheChange>();
        while (await _changes.Reader.WaitToReadAsync())
        {
            var bytes = 0L;
            while (
                batch.Count < MaximalBatch
                && bytes < Math.Min(MaximalBatchBytes, _limit / 4)
                && _changes.Reader.TryRead(out var change)
            )
            {
                batch.Add(change);
                bytes += change.Bytes;
            }

            Interlocked.Add(ref _waitingBytes, -batch.Sum(change => change.Bytes));
            Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<CacheChange> batch)
    {
        try
        {
            if (_isDamaged)
            {
                SetAside();
                _isDamaged = false;
            }

            if (_writer is null)
            {
                Open();
            }

            var database = _writer!;
            var room = _limit - batch.Sum(change => change.Room);
            database.Together(() =>
            {
                database.Evict(room);
                foreach (var change in batch)
                {
                    change.Apply(database, ref _use);
                }

                // What the rows take exactly is known only now.
                database.Evict(_limit);
            });
            Measure(database);
        }
        catch (SqliteException error)
        {
            Failed(error, null);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Complain(error);
        }
    }

    private void Open()
    {
        try
        {
            OpenBoth();
        }
        catch (SqliteException error) when (CacheDatabase.IsDamage(error))
        {
            SetAside();
            OpenBoth();
        }
    }

    private void OpenBoth()
    {
        try
        {
            lock (_lock)
            {
                _writer = CacheDatabase.Open(_path);
                _reader = CacheDatabase.Open(_path);
                _use = _writer.LastUse();
                _writer.Together(() => _writer.Evict(_limit));
                Measure(_writer);
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void Measure(CacheDatabase database)
    {
        database.Shrink(_limit);
        Interlocked.Exchange(ref _bytes, database.UsedBytes);
    }

    /// <summary>Gives a damaged file another name, so that what it holds is not lost to whoever wants to look.</summary>
    private void SetAside()
    {
        Close();
        var aside = CacheDatabase.SetAside(_path, _time.GetUtcNow());
        IsSetAside(_path, aside);
    }

    private void Close()
    {
        lock (_lock)
        {
            _reader?.Dispose();
            _writer?.Dispose();
            (_reader, _writer) = (null, null);
        }
    }

    private void Failed(SqliteException error, CacheKey? read)
    {
        if (!CacheDatabase.IsDamage(error))
        {
            Complain(error);
            return;
        }

        _isDamaged = true;
        if (read is { } key)
        {
            // The task that writes sets the file aside.
            Post(new CacheChange(key, null, IsRemoval: true));
        }
    }

    /// <summary>Logs a failure, at most once a minute: a full disk fails every time.</summary>
    private void Complain(Exception error)
    {
        var last = Interlocked.Read(ref _complainedAt);
        if (
            (last == 0 || _time.GetElapsedTime(last) > BetweenComplaints)
            && Interlocked.CompareExchange(ref _complainedAt, _time.GetTimestamp(), last) == last
        )
        {
            CannotUse(_path, error.Message);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "{Path}: the cache of results is damaged. It is set aside as {Aside}, and a new one is begun"
    )]
    private partial void IsSetAside(string path, string aside);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "{Path}: a row of the cache of results is damaged and removed"
    )]
    private partial void RowIsDamaged(string path);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "{Path}: the cache of results cannot be used for the moment: {Reason}"
    )]
    private partial void CannotUse(string path, string reason);
}
