using System.CommandLine;
using System.CommandLine.Invocation;
using UniRep.Cli.Console;

namespace UniRep.Cli.Help;

/// <summary>What `--help` does.</summary>
internal sealed class ShowHelp : SynchronousCommandLineAction
{
    /// <summary>Gets true: who asks for help need not give the rest.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Of(parseResult.CommandResult.Command);
        return ExitCode.Done;
    }

    /// <summary>Writes the help of a command to standard output.</summary>
    public static void Of(Command command) =>
        new HelpWriter(System.Console.Out, Math.Clamp(Terminal.Width, 60, 100)).Write(command);
}
