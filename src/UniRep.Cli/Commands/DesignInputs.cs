using System.Security.Cryptography;

namespace UniRep.Cli.Commands;

/// <summary>What commands for protein design know of their input files.</summary>
internal static class DesignInputs
{
    /// <summary>The SHA-256 of a file, in hexadecimal.</summary>
    public static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
