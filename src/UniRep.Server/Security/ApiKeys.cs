using System.Security.Cryptography;
using System.Text;

namespace UniRep.Server.Security;

/// <summary>The API keys that the server accepts. Only their hashes are kept, and no key is ever logged.</summary>
internal sealed class ApiKeys
{
    /// <summary>The environment variable that holds keys, separated by commas.</summary>
    public const string Variable = "UNIREP_API_KEYS";

    private readonly byte[][] _hashes;

    private ApiKeys(IEnumerable<string> keys) => _hashes = [.. keys.Select(Hash)];

    /// <summary>Gets whether requests need a key.</summary>
    public bool AreRequired => _hashes.Length > 0;

    /// <summary>Reads the keys of a file, one a line, and those of the environment. Empty lines and lines that begin with #
    /// are passed over. IOException or UnauthorizedAccessException if the file cannot be read.</summary>
    public static ApiKeys Read(string? file, string? variable)
    {
        var lines = file is null ? [] : File.ReadAllLines(file);
        var keys = lines
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Concat(
                (variable ?? "").Split(
                    ',',
                    StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
                )
            )
            .Distinct()
            .ToList();
        return file is not null && keys.Count == 0
            ? throw new InvalidDataException(
                $"{file}: the file of API keys holds no key, so nobody could be served; write one a line"
            )
            : new ApiKeys(keys);
    }

    /// <summary>
    /// Finds a key, as its number from 1; 0 if it is none of them. Takes the same time whichever it is: hashes are compared
    /// in constant time, and all of them.
    /// </summary>
    public int NumberOf(string key)
    {
        var hash = Hash(key);
        var found = 0;
        for (var i = 0; i < _hashes.Length; i++)
        {
            found |= CryptographicOperations.FixedTimeEquals(hash, _hashes[i]) ? i + 1 : 0;
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
