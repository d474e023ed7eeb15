using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace UniRep.Cli.Help;

/// <summary>What is wrong with a command line, in words.</summary>
internal static partial class UsageErrors
{
    /// <summary>The messages for a command line that could not be parsed, or that misuses a word; empty if it is right.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        var unknown = Unknown(parsed).Distinct().ToList();
        var command = parsed.CommandResult.Command;
        return unknown.Count > 0
            ? unknown
            : [.. parsed.Errors.Select(error => Describe(command, error)).Distinct()];
    }

    /// <summary>
    /// Words that look like options and are none, wherever they stand: as a file's name or as a value they would be
    /// taken without a word. After `--` everything is a name.
    /// </summary>
    private static IEnumerable<string> Unknown(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var values = parsed
            .CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(result => result.Tokens.Select(token => token.Value));
        string[] names = [.. values, .. parsed.UnmatchedTokens];
        var words = parsed
            .Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument)
            .Select(token => token.Value)
            .ToList();
        foreach (var word in words.Where(word => IsOption(word, names.Contains(word))))
        {
            var name = word.Split('=', ':')[0];
            var known = command
                .Options.SelectMany(option => EarlierNames.Aliases(option).Append(option.Name))
                .Where(alias => alias.StartsWith("--", StringComparison.Ordinal))
                .Append("--help");
            yield return $"`{HelpWriter.FullName(command)}` has no option {name}"
                + Suggestion.For(name, known);
        }

        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [var first, ..])
        {
            if (words.Contains(first) && !first.StartsWith('-'))
            {
                yield return $"'{first}' is not a command of `{HelpWriter.FullName(command)}`"
                    + Suggestion.For(first, command.Subcommands.Select(sub => sub.Name));
            }
        }
    }

    /// <summary>Distinguishes options from file names, from `-` for standard input, and from negative numbers.</summary>
    private static bool IsOption(string word, bool isName) =>
        (isName ? SomeOption() : LongOption()).IsMatch(word);

    private static string Describe(Command command, ParseError error)
    {
        var message = error.Message;
        var option = (
            error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult
        )?.Option;
        if (message.StartsWith("Required argument missing", StringComparison.Ordinal))
        {
            return error.SymbolResult is ArgumentResult { Argument: var argument } && option is null
                ? Missing(argument.Name, argument.Description)
                : $"{option?.Name}: its value {option?.HelpName} is missing";
        }

        if (option is not null && CannotParse().Match(message) is { Success: true } value)
        {
            return $"{option.Name} takes {Kind(option)}, not '{value.Groups["word"].Value}'";
        }

        if (RequiredOption().Match(message) is { Success: true } named)
        {
            var required = command.Options.First(o => o.Name == named.Groups["name"].Value);
            return Missing($"{required.Name} {required.HelpName}", required.Description);
        }

        return LeftOver().Match(message) is { Success: true } word
            ? $"'{word.Groups["word"].Value}' is one argument too many"
            : message.TrimEnd('.');
    }

    private static string Missing(string name, string? description) =>
        $"{name} is missing: {description}";

    private static string Kind(Option option) =>
        option.ValueType == typeof(int) || option.ValueType == typeof(long) ? "a whole number"
        : option.ValueType == typeof(double) ? "a number with a decimal point"
        : $"{option.HelpName}";

    [GeneratedRegex("^--[a-zA-Z]")]
    private static partial Regex LongOption();

    [GeneratedRegex("^(--?[a-zA-Z]|--$)")]
    private static partial Regex SomeOption();

    [GeneratedRegex("^Option '(?<name>[^']+)' is required")]
    private static partial Regex RequiredOption();

    [GeneratedRegex("^Unrecognized command or argument '(?<word>.*)'")]
    private static partial Regex LeftOver();

    [GeneratedRegex("^Cannot parse argument '(?<word>.*)' for option")]
    private static partial Regex CannotParse();
}
