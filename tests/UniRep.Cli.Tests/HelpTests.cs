using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.RegularExpressions;
using UniRep.Cli.Help;

namespace UniRep.Cli.Tests;

/// <summary>What the program says to those who do not know it yet, and to those who mistype.</summary>
public sealed partial class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Interruption _interruption = new();

    public void Dispose()
    {
        _folder.Dispose();
        _interruption.Dispose();
    }

    [Theory]
    [InlineData("", "Usage: unirep COMMAND [options]", "embed INPUT")]
    [InlineData("weights", "Usage: unirep weights COMMAND [options]", "convert NAME|PATH OUT")]
    public void A_command_line_that_ends_too_early_shows_the_commands(
        string arguments,
        string usage,
        string command
    )
    {
        var outcome = Run(arguments);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(usage, outcome.Text, StringComparison.Ordinal);
        Assert.Contains(command, outcome.Text, StringComparison.Ordinal);
        Assert.Equal("", outcome.Error);
    }

    [Theory]
    [InlineData("embed", "unirep: INPUT is missing: ", "Usage: unirep embed INPUT [options]")]
    [InlineData(
        "evotune in.fasta",
        "unirep: --output DIR is missing: ",
        "Usage: unirep evotune [SEQS...] -o DIR [options]"
    )]
    [InlineData("weights convert open-256", "unirep: OUT is missing: ", "Usage: unirep weights")]
    [InlineData("embed in.fasta --format", "--format: its value npz|", "Usage: unirep embed")]
    [InlineData("embed a.fasta b.fasta", "'b.fasta' is one argument too many", "Usage:")]
    public void What_is_missing_or_too_much_is_named_with_the_usage(
        string arguments,
        string message,
        string usage
    )
    {
        var outcome = Run(arguments);
        outcome.AssertFailed(2, message);
        Assert.Contains(usage, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Text);
    }

    [Theory]
    [InlineData("emebd in.fasta", "'emebd' is not a command of `unirep`. Did you mean embed?")]
    [InlineData("weights gte", "'gte' is not a command of `unirep weights`. Did you mean get?")]
    [InlineData("embed in.fasta --wieghts m", "has no option --wieghts. Did you mean --weights?")]
    [InlineData("embed in.fasta --column a", "Did you mean --id-column or --sequence-column?")]
    [InlineData(
        "evotune in.fasta -o d --epochz=3",
        "has no option --epochz. Did you mean --epochs"
    )]
    [InlineData("embed in.fasta -o --quite", "has no option --quite. Did you mean --quiet?")]
    [InlineData("embed in.fasta --on-invalid skp", "not 'skp'. Did you mean skip?")]
    [InlineData("embed in.fasta --on-invalid 1", "--on-invalid takes error|skip|x, not '1'")]
    [InlineData("--helo", "`unirep` has no option --helo. Did you mean --help?")]
    public void A_mistyped_word_is_told_with_what_was_meant(string arguments, string message)
    {
        _folder.Write("in.fasta", ">a\nMK\n");
        Run(arguments).AssertFailed(2, message);
        Assert.Equal(["in.fasta"], _folder.Files);
    }

    [Fact]
    public void After_two_hyphens_every_word_is_a_name()
    {
        _folder.Write("--in.fasta", ">a\nMK\n");
        Run("embed -o out.csv -- --in.fasta").AssertDone();
        Assert.Equal(["--in.fasta", "out.csv"], _folder.Files);
    }

    [Theory]
    [InlineData("--help", "Commands:")]
    [InlineData("-h", "Commands:")]
    [InlineData("help embed", "Usage: unirep embed INPUT")]
    [InlineData("embed in.fasta --help", "Usage: unirep embed INPUT")]
    public void Help_is_shown_where_it_is_asked_for(string arguments, string text)
    {
        var outcome = Run(arguments).AssertDone();
        Assert.Contains(text, outcome.Text, StringComparison.Ordinal);
        Assert.Contains("\nExamples:\n", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_groups_and_defaults()
    {
        var help = HelpOf(Commands().Single(command => command.Name == "embed"));
        string[] titles = [.. Title().Matches(help).Select(match => match.Groups["title"].Value)];
        Assert.Equal(["Arguments", "Input", "Output", "Model", "Running", "Examples"], titles);
        Assert.Contains("[default: average,final,cell]", help, StringComparison.Ordinal);
        Assert.Contains("[default: cpu]", help, StringComparison.Ordinal);
        Assert.Contains("[default: open-672]", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_and_completion_know_every_format()
    {
        var embed = Commands().Single(command => command.Name == "embed");
        var words = HelpOf(embed).Split([' ', '\n', '(', ')', ';'], StringSplitOptions.TrimEntries);
        Assert.All(
            InputFormatModule.all.SelectMany(format => format.Extensions),
            extension => Assert.Contains(extension, words)
        );
        Assert.Equal(
            OutputFormatModule.all.Select(format => format.Name).Order(),
            Completions(embed, "--format")
        );
        Assert.Equal(
            InputFormatModule.all.Select(format => format.Name).Order(),
            Completions(embed, "--input-format")
        );
    }

    private static IEnumerable<string> Completions(Command command, string option) =>
        command
            .Options.Single(found => found.Name == option)
            .GetCompletions(CompletionContext.Empty)
            .Select(completion => completion.Label)
            .Order();

    [Fact]
    public void Every_option_of_a_command_with_groups_is_in_one() =>
        Assert.All(
            Commands().Where(command => CommandHelp.Of(command).Groups.Count > 0),
            command =>
                Assert.DoesNotContain("Other options:", HelpOf(command), StringComparison.Ordinal)
        );

    [Fact]
    public void Every_default_can_be_typed()
    {
        var root = CommandLine.Root(_interruption);
        var typed = Commands()
            .SelectMany(command => command.Options, (command, option) => (command, option))
            .Select(pair => (pair.command, pair.option, value: DefaultText.Of(pair.option)))
            .Where(triple => triple.value is not null)
            .ToList();
        Assert.InRange(typed.Count, 30, 200);
        foreach (var (command, option, value) in typed)
        {
            var words = HelpWriter.FullName(command).Split(' ')[1..];
            var parsed = root.Parse([.. words, option.Name, value!]);
            Assert.DoesNotContain(
                parsed.Errors,
                error => error.Message.Contains(option.Name, StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void Every_hyperparameter_is_an_option_with_its_description()
    {
        foreach (var name in (string[])["evotune", "train"])
        {
            var command = Commands().Single(command => command.Name == name);
            foreach (var parameter in HyperparameterModule.all)
            {
                var option = Assert.Single(
                    command.Options,
                    option => option.Name == $"--{parameter.Name.Replace(' ', '-')}"
                );
                Assert.Equal(parameter.Description, option.Description);
            }
        }
    }

    [Fact]
    public void Every_example_is_a_command_line_that_can_be_given()
    {
        var root = CommandLine.Root(_interruption);
        var examples = Commands()
            .SelectMany(command => CommandHelp.Of(command).Examples)
            .Select(example => example.CommandLine)
            .ToList();
        Assert.InRange(examples.Count, 10, 100);
        foreach (var example in examples)
        {
            var words = example.Split("unirep ")[1].Split(' ');
            Assert.Empty(UsageErrors.Of(root.Parse(words)));
        }
    }

    private IEnumerable<Command> Commands()
    {
        IEnumerable<Command> Below(Command command) =>
            command.Subcommands.SelectMany(Below).Prepend(command);
        return Below(CommandLine.Root(_interruption));
    }

    private static string HelpOf(Command command)
    {
        using var text = new StringWriter();
        new HelpWriter(text, 80).Write(command);
        return text.ToString();
    }

    private Unirep.Outcome Run(string arguments) =>
        Unirep.Run(_folder.Path, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("^(?<title>[A-Z][a-z ]+):$", RegexOptions.Multiline)]
    private static partial Regex Title();
}
