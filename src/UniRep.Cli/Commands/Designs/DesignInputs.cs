using System.Security.Cryptography;

namespace UniRep.Cli.Commands.Designs;

/// <summary>What commands for protein design know of their input files.</summary>
internal static class DesignInputs
{
    /// <summary>The SHA-256 of a file, in hexadecimal.</summary>
    public static string Digest(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Refuses a model that cannot give log-likelihoods.</summary>
    public static void RequireHead(Model model)
    {
        if (!model.HasHead)
        {
            throw new CommandFailedException(
                ExitCode.Weights,
                $"{model.Card.Name} has no language-model head, which log-likelihoods need: name another model with --weights"
            );
        }
    }
}
