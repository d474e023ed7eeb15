using System.CommandLine;
using System.Runtime.CompilerServices;

namespace UniRep.Cli.Help;

/// <summary>Options under one heading, by their names; names that a command does not have are passed over.</summary>
internal sealed record HelpGroup(string Title, params string[] Options);

/// <summary>A command line that can be copied, and what it is for.</summary>
internal sealed record HelpExample(string CommandLine, string Purpose);

/// <summary>What the help of a command shows besides its arguments and options.</summary>
internal sealed record CommandHelp
{
    private static readonly ConditionalWeakTable<Command, CommandHelp> Known = [];

    public IReadOnlyList<HelpGroup> Groups { get; init; } = [];

    public IReadOnlyList<HelpExample> Examples { get; init; } = [];

    /// <summary>Gets paragraphs that stand at the end.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The help of a command; without groups and examples if none was given.</summary>
    public static CommandHelp Of(Command command) =>
        Known.TryGetValue(command, out var help) ? help : new CommandHelp();

    /// <summary>Makes this the help of a command.</summary>
    public void Describe(Command command) => Known.AddOrUpdate(command, this);
}
