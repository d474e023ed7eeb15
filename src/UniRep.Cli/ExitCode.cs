namespace UniRep.Cli;

/// <summary>What a process says by its end.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int BadInput = 1;
    public const int Usage = 2;
    public const int Weights = 3;
    public const int Environment = 4;
    public const int Internal = 70;
    public const int Cancelled = 130;
}

/// <summary>A failure that the user can understand: one message and an exit code.</summary>
internal sealed class CommandFailedException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
