using System.CommandLine;

namespace UniRep.Cli.Tests;

/// <summary>Every option of every command that takes a number.</summary>
public sealed class NumbersTests
{
    private static readonly Type[] Whole = [typeof(int), typeof(long), typeof(ulong)];

    /// <summary>What no such option takes, in whatever notation people write numbers.</summary>
    private static readonly string[] NoNumbers =
    [
        "0,5",
        "1,000",
        "1.000,5",
        "1_000",
        "1'000",
        " 5",
        "5 ",
        "0x10",
        "5k",
        "1e",
        "1e5.5",
        "--5",
        "1/2",
        "50%",
        "NaN",
        "Infinity",
        "-Infinity",
        "∞",
        "１",
        "٣",
        "1e999",
        "ten",
        "null",
    ];

    public static TheoryData<string, string> NumericOptions
    {
        get
        {
            using var interruption = new Interruption();
            var data = new TheoryData<string, string>();
            foreach (var (command, option) in All(CommandLine.Root(interruption), ""))
            {
                data.Add(command, option.Name);
            }

            return data;
        }
    }

    private static IEnumerable<(string Command, Option Option)> All(Command command, string path) =>
        command
            .Options.Where(option => IsNumber(option.ValueType))
            .Select(option => (path, option))
            .Concat(
                command.Subcommands.SelectMany(child => All(child, $"{path} {child.Name}".Trim()))
            );

    private static bool IsNumber(Type type)
    {
        var value = Nullable.GetUnderlyingType(type) ?? type;
        return !value.IsEnum
            && Type.GetTypeCode(value) is >= TypeCode.SByte and <= TypeCode.Decimal;
    }

    [Fact]
    public void There_are_numeric_options_in_every_command_that_computes()
    {
        var commands = NumericOptions.Select(row => row.Data.Item1).ToHashSet();
        Assert.Superset(new HashSet<string> { "embed", "evotune", "train", "bench" }, commands);
        Assert.Contains(("train", "--learning-rate"), NumericOptions.Select(row => row.Data));
        Assert.Contains(("train", "--seed"), NumericOptions.Select(row => row.Data));
    }

    [Theory]
    [MemberData(nameof(NumericOptions))]
    public void What_is_no_number_is_refused_with_the_name_of_the_option(
        string command,
        string option
    )
    {
        foreach (var text in NoNumbers)
        {
            var (errors, _) = Parse(command, option, text);
            Assert.Contains(
                errors,
                error => error.StartsWith($"{option} ", StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [MemberData(nameof(NumericOptions))]
    public void A_whole_number_is_an_integer_without_a_point_and_does_not_overflow(
        string command,
        string option
    )
    {
        var (_, type) = Parse(command, option, "2");
        string[] wrong = Whole.Contains(type)
            ? ["2.0", "2.5", "2e0", "1e3", "99999999999999999999999", "-99999999999999999999999"]
            : ["-1e308", "-0.5"];
        foreach (var text in wrong)
        {
            var (errors, _) = Parse(command, option, text);
            Assert.Contains(
                errors,
                error => error.StartsWith($"{option} ", StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [InlineData("train", "--learning-rate", "0,001", "takes a number such as 0.001, not '0,001'")]
    [InlineData("train", "--learning-rate", "0", "must be above 0, not 0")]
    [InlineData("train", "--epochs", "1,000", "takes a whole number such as 10, not '1,000'")]
    [InlineData("train", "--epochs", "99999999999", "must be from 1 to 1000000, not 99999999999")]
    [InlineData("train", "--validation-fraction", "1", "must be from 0 to below 1, not 1")]
    [InlineData("train", "--average", "1.5", "must be from 0 to below 1, not 1.5")]
    [InlineData("train", "--weight-decay", "-0.1", "must be 0 or more, not -0.1")]
    [InlineData("train", "--batch-tokens", "0", "must be from 2 to 2147483647, not 0")]
    [InlineData("train", "--seed", "-1", "must be from 0 to 18446744073709551615, not -1")]
    [InlineData("evotune", "--threads", "-1", "must be from 0 to ")]
    [InlineData("embed", "--threads", "1000000", "must be from 0 to ")]
    [InlineData("bench", "--units", "0", "must be from 1 to 20000, not 0")]
    public void The_message_names_what_is_taken(
        string command,
        string option,
        string text,
        string message
    )
    {
        var (errors, _) = Parse(command, option, text);
        Assert.Contains(
            errors,
            error => error.StartsWith($"{option} {message}", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("--learning-rate", "1e-4")]
    [InlineData("--learning-rate", ".5")]
    [InlineData("--learning-rate", "+1E-4")]
    [InlineData("--epochs", "+3")]
    [InlineData("--seed", "18446744073709551615")]
    [InlineData("--memory", "0")]
    [InlineData("--threads", "2")]
    public void What_is_a_number_is_taken(string option, string text)
    {
        var (errors, _) = Parse("train", option, text);
        Assert.DoesNotContain(errors, error => error.StartsWith(option, StringComparison.Ordinal));
    }

    /// <summary>The errors of a command line, and the type of the option's values.</summary>
    private static (string[] Errors, Type Type) Parse(string command, string option, string text)
    {
        using var interruption = new Interruption();
        var root = CommandLine.Root(interruption);
        string[] rest = command switch
        {
            "embed" => ["in.fasta"],
            "evotune" or "train" => ["in.fasta", "-o", "out"],
            _ => [],
        };
        var parsed = root.Parse([.. command.Split(' '), .. rest, $"{option}={text}"]);
        var type = All(root, "")
            .First(pair => pair.Command == command && pair.Option.Name == option)
            .Option.ValueType;
        return ([.. parsed.Errors.Select(error => error.Message)], type);
    }
}
