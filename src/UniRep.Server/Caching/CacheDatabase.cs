using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace UniRep.Server.Caching;

/// <summary>A SQLite database of results: one connection, used by one thread at a time. Every row holds a hash of its key and
/// value, so a row that is not whole is never given out.</summary>
internal sealed class CacheDatabase : IDisposable
{
    /// <summary>What a row takes besides its value, about.</summary>
    public const int RowOverhead = 512;

    private const int ApplicationId = 0x554E5243;
    private const int Version = 1;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;
    private const int EvictedAtOnce = 64;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];

    private CacheDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Gets the bytes of the pages that hold something.</summary>
    public long UsedBytes =>
        (Pragma("page_count") - Pragma("freelist_count")) * Pragma("page_size");

    /// <summary>Opens a database, and creates it if it is not there.</summary>
    /// <exception cref="InvalidDataException">The file is a database of something else.</exception>
    /// <exception cref="SqliteException">It cannot be opened, or is damaged.</exception>
    public static CacheDatabase Open(string path)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = 5,
            }.ConnectionString
        );
        var database = new CacheDatabase(connection);
        try
        {
            connection.Open();
            database.Prepare(path);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Gives a file that no connection is open to another name, and gives that.</summary>
    public static string SetAside(string path, DateTimeOffset now)
    {
        var aside = string.Create(
            CultureInfo.InvariantCulture,
            $"{path}.damaged-{now:yyyyMMdd'T'HHmmssfff}"
        );
        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, aside + suffix, overwrite: true);
            }
        }

        return aside;
    }

    /// <summary>Says whether a failure means that the file is damaged, not that the disk is full or the like.</summary>
    public static bool IsDamage(SqliteException error) =>
        error.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Finds a value; null if it is not there. One whose hash is wrong is an error.</summary>
    /// <exception cref="InvalidDataException">The row is damaged.</exception>
    public byte[]? Find(CacheKey key)
    {
        var id = key.ToBytes();
        using var reader = Command(
                "SELECT value, digest FROM result WHERE key = $key",
                ("$key", id)
            )
            .ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        return
            reader.GetValue(0) is byte[] value
            && reader.GetValue(1) is byte[] digest
            && digest.AsSpan().SequenceEqual(Digest(id, value))
            ? value
            : throw new InvalidDataException("a row of the cache is damaged");
    }

    /// <summary>Gives the place of the entry that was used last.</summary>
    public long LastUse() => Number("SELECT coalesce(max(used), 0) FROM result");

    public void Add(CacheKey key, byte[] value, long use)
    {
        var id = key.ToBytes();
        Run(
            "INSERT OR REPLACE INTO result (key, used, digest, value) VALUES ($key, $used, $digest, $value)",
            ("$key", id),
            ("$used", use),
            ("$digest", Digest(id, value)),
            ("$value", value)
        );
    }

    public void Touch(CacheKey key, long use) =>
        Run(
            "UPDATE result SET used = $used WHERE key = $key",
            ("$used", use),
            ("$key", key.ToBytes())
        );

    public void Remove(CacheKey key) =>
        Run("DELETE FROM result WHERE key = $key", ("$key", key.ToBytes()));

    /// <summary>Removes what was not used for longest until no more than so many bytes are used.</summary>
    public void Evict(long bytes)
    {
        while (
            UsedBytes > bytes
            && Run(
                $"DELETE FROM result WHERE id IN (SELECT id FROM result ORDER BY used LIMIT {EvictedAtOnce})"
            ) > 0
        ) { }
    }

    /// <summary>Gives pages that hold nothing back to the file system if the file has more bytes than it may.</summary>
    public void Shrink(long bytes)
    {
        if (Pragma("page_count") * Pragma("page_size") <= bytes)
        {
            return;
        }

        // Each row that is read frees a page.
        using var reader = Command("PRAGMA incremental_vacuum").ExecuteReader();
        while (reader.Read()) { }
    }

    /// <summary>Makes changes together, or none of them.</summary>
    public void Together(Action changes)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            changes();
            Run("COMMIT");
        }
        catch
        {
            Undo();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private static byte[] Digest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        hash.AppendData(value);
        return hash.GetHashAndReset();
    }

    private void Prepare(string path)
    {
        var isEmpty = Number("SELECT count(*) FROM sqlite_master") == 0;
        var id = Pragma("application_id");
        if (id != ApplicationId && !(isEmpty && id == 0))
        {
            throw new InvalidDataException(
                $"{path}: this is a database of another program, not a cache of results; name another file (--cache-path)"
            );
        }

        // Space can be given back only if this is said before the first table is made.
        Run("PRAGMA auto_vacuum = INCREMENTAL");
        Run("PRAGMA journal_mode = WAL");
        Run("PRAGMA synchronous = NORMAL");
        Run("PRAGMA journal_size_limit = 4194304");
        if (Pragma("user_version") != Version)
        {
            Together(() =>
            {
                Run("DROP TABLE IF EXISTS result");
                // The value stands last, so that a change of `used` writes one page.
                Run(
                    "CREATE TABLE result (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, used INTEGER NOT NULL, digest BLOB NOT NULL, value BLOB NOT NULL)"
                );
                Run("CREATE INDEX result_used ON result (used)");
                Run($"PRAGMA application_id = {ApplicationId}");
                Run($"PRAGMA user_version = {Version}");
            });
        }

        // Reads the table's root, so that damage there is found now.
        LastUse();
    }

    private void Undo()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has undone the changes itself, as it does when the disk is full.
        }
    }

    private long Pragma(string name) => Number($"PRAGMA {name}");

    private long Number(string sql) => (long)Command(sql).ExecuteScalar()!;

    private int Run(string sql, params (string Name, object Value)[] values) =>
        Command(sql, values).ExecuteNonQuery();

    private SqliteCommand Command(string sql, params (string Name, object Value)[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            _commands.Add(sql, command);
        }

        command.Parameters.Clear();
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
