namespace UniRep.Cli.Console;

/// <summary>The terminal that the program is run in.</summary>
internal static class Terminal
{
    private const int Usual = 80;

    /// <summary>Gets the columns of a line, the usual number where there is no terminal.</summary>
    public static int Width
    {
        get
        {
            try
            {
                return System.Console.WindowWidth is > 0 and var width ? width : Usual;
            }
            catch (Exception error) when (error is IOException or PlatformNotSupportedException)
            {
                return Usual;
            }
        }
    }

    /// <summary>Gets whether standard error is a terminal whose line can be written anew.</summary>
    public static bool RewritesLines { get; } =
        !System.Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
}
