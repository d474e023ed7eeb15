using System.CommandLine;
using System.CommandLine.Help;

namespace UniRep.Cli.Help;

/// <summary>Writes the help of a command: usage, arguments, options in groups with their defaults, examples.</summary>
internal sealed class HelpWriter(TextWriter output, int width)
{
    private const int Indent = 2;
    private const int WidestName = 28;
    private const char NoBreak = '\u00A0';

    /// <summary>The line of a command's help that says what can stand where.</summary>
    public static string Usage(Command command)
    {
        var words = new List<string> { FullName(command) };
        if (command.Subcommands.Count > 0)
        {
            words.Add("COMMAND");
        }

        words.AddRange(command.Arguments.Select(Named));
        words.AddRange(command.Options.Where(option => option.Required).Select(Short));
        words.Add("[options]");
        return $"Usage: {string.Join(' ', words)}";
    }

    /// <summary>A command's name with those of the commands above it: `unirep weights get`.</summary>
    public static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent
            ? $"{FullName(parent)} {command.Name}"
            : "unirep";

    public void Write(Command command)
    {
        var help = CommandHelp.Of(command);
        Paragraph(command.Description ?? "");
        output.WriteLine();
        Paragraph(Usage(command));
        Section("Arguments", command.Arguments.Select(a => (Named(a), a.Description ?? "")));
        Section(
            "Commands",
            command.Subcommands.Select(sub =>
                (string.Join(' ', [sub.Name, .. sub.Arguments.Select(Named)]), sub.Description!)
            )
        );
        var options = command.Options.Where(option => !option.Hidden).ToList();
        if (!options.OfType<HelpOption>().Any())
        {
            options.Add(new HelpOption());
        }

        foreach (var group in help.Groups)
        {
            var members = group
                .Options.Select(name => options.Find(option => option.Name == name))
                .OfType<Option>()
                .ToList();
            options.RemoveAll(members.Contains);
            Section(group.Title, members.Select(Row));
        }

        Section(help.Groups.Count > 0 ? "Other options" : "Options", options.Select(Row));
        Examples(help.Examples);
        foreach (var note in help.Notes)
        {
            output.WriteLine();
            Paragraph(note);
        }
    }

    private static string Named(Argument argument)
    {
        var name = argument.Arity.MaximumNumberOfValues > 1 ? $"{argument.Name}..." : argument.Name;
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Short(Option option) =>
        Valued(option, option.Aliases.FirstOrDefault(alias => alias.Length == 2) ?? option.Name);

    private static string Valued(Option option, string name) =>
        option.HelpName is { } value ? $"{name} {value}" : name;

    private static (string Name, string Text) Row(Option option)
    {
        var names = EarlierNames
            .Aliases(option)
            .Where(alias => alias.StartsWith('-'))
            .Append(option.Name);
        var notes = option.Required ? " (required)" : "";
        if (DefaultText.Of(option) is { } value)
        {
            notes += $" [default:{NoBreak}{value}]";
        }

        var text = option switch
        {
            HelpOption => "show this help",
            VersionOption => "show the version",
            _ => option.Description,
        };
        return (Valued(option, string.Join(", ", names.OrderBy(n => n.Length))), text + notes);
    }

    private void Section(string title, IEnumerable<(string Name, string Text)> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"{title}:");
        var column = Indent + 2 + all.Max(row => Math.Min(row.Name.Length, WidestName));
        foreach (var (name, text) in all)
        {
            var start = new string(' ', Indent) + name;
            if (start.Length + 2 > column)
            {
                output.WriteLine(start);
                start = "";
            }

            foreach (var line in Wrap(text, width - column))
            {
                output.WriteLine(start.PadRight(column) + line);
                start = "";
            }
        }
    }

    private void Examples(IReadOnlyList<HelpExample> examples)
    {
        if (examples.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            // A command line is not broken: it is there to be copied.
            output.WriteLine($"  {example.CommandLine}");
            foreach (var line in Wrap(example.Purpose, width - 6))
            {
                output.WriteLine($"      {line}");
            }
        }
    }

    private void Paragraph(string text)
    {
        foreach (var line in Wrap(text, width))
        {
            output.WriteLine(line);
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Math.Max(20, width))
            {
                yield return line.Replace(NoBreak, ' ');
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line.Replace(NoBreak, ' ');
    }
}
