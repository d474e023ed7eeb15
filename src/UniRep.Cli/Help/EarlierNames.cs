using System.CommandLine;

namespace UniRep.Cli.Help;

/// <summary>Names that options had in earlier versions: they still work, and help does not show them.</summary>
internal static class EarlierNames
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["--validation-fraction"] = "--hold-out",
        ["--validation-file"] = "--hold-out-file",
    };

    /// <summary>Makes the options of a command work under their earlier names too.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in command.Options)
        {
            if (Names.TryGetValue(option.Name, out var earlier))
            {
                option.Aliases.Add(earlier);
            }
        }
    }

    /// <summary>The other names of an option, without the earlier ones.</summary>
    public static IEnumerable<string> Aliases(Option option) =>
        option.Aliases.Where(alias => !Names.ContainsValue(alias));
}
