using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace UniRep.Cli.Commands;

/// <summary>The values that a number may have, as messages name them.</summary>
internal sealed record NumberRange<T>(T Least, T Most, bool IsLeastOpen, bool IsMostOpen)
    where T : struct, INumber<T>, IMinMaxValue<T>
{
    public bool Contains(T value) =>
        (IsLeastOpen ? value > Least : value >= Least)
        && (IsMostOpen ? value < Most : value <= Most);

    public override string ToString() =>
        (IsBoundless, IsLeastOpen, IsMostOpen) switch
        {
            (true, true, _) => Text($"above {Least}"),
            (true, false, _) => Text($"{Least} or more"),
            (false, _, true) => Text($"from {Least} to below {Most}"),
            (false, true, false) => Text($"above {Least} and at most {Most}"),
            _ => Text($"from {Least} to {Most}"),
        };

    private bool IsBoundless => typeof(T) == typeof(double) && Most == T.MaxValue;

    private static string Text(FormattableString text) =>
        text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Options whose values are numbers. Every number of the command line is read here: alike in every culture, the whole word
/// or not at all, and within a range that the message names.
/// </summary>
internal static class Numbers
{
    public static NumberRange<int> From(int least, int most = int.MaxValue) =>
        new(least, most, false, false);

    public static NumberRange<double> RealFrom(double least, double most = double.MaxValue) =>
        new(least, most, false, false);

    public static NumberRange<double> Below(double least, double most) =>
        new(least, most, false, true);

    public static NumberRange<double> Above(double least, double most = double.MaxValue) =>
        new(least, most, true, false);

    /// <summary>An option that takes a whole number; without a usual value none is shown.</summary>
    public static Option<int> Whole(
        string name,
        string description,
        int? usual,
        NumberRange<int> range
    ) => Option(name, description, usual, range, "a whole number such as 10");

    /// <summary>An option that takes a whole number of any size.</summary>
    public static Option<long> Long(
        string name,
        string description,
        long usual,
        NumberRange<long> range
    ) => Option<long>(name, description, usual, range, "a whole number such as 10");

    /// <summary>An option that takes a seed.</summary>
    public static Option<ulong> Seed(string name, string description, ulong usual) =>
        Option<ulong>(
            name,
            description,
            usual,
            new NumberRange<ulong>(0, ulong.MaxValue, false, false),
            "a whole number such as 10"
        );

    /// <summary>An option that takes a number with a decimal point; without a usual value none is shown.</summary>
    public static Option<double> Real(
        string name,
        string description,
        double? usual,
        NumberRange<double> range
    ) => Option(name, description, usual, range, "a number such as 0.001");

    private static Option<T> Option<T>(
        string name,
        string description,
        T? usual,
        NumberRange<T> range,
        string kind
    )
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var option = new Option<T>(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (!TryRead<T>(text, out var value))
                {
                    result.AddError(
                        IsWhole(text)
                            ? $"{name} must be {range}, not {text}."
                            : $"{name} takes {kind}, not '{text}'."
                    );
                }
                else if (!range.Contains(value))
                {
                    result.AddError($"{name} must be {range}, not {text}.");
                }

                return value;
            },
        };
        if (usual is { } value)
        {
            option.DefaultValueFactory = _ => value;
        }

        return option;
    }

    /// <summary>Reads digits with a sign, a decimal point and an exponent; no spaces, commas or words.</summary>
    private static bool TryRead<T>(string text, out T value)
        where T : struct, INumber<T>
    {
        const NumberStyles Styles =
            NumberStyles.AllowLeadingSign
            | NumberStyles.AllowDecimalPoint
            | NumberStyles.AllowExponent;
        value = default;
        return text.All(letter => char.IsAsciiDigit(letter) || "+-.eE".Contains(letter))
            && T.TryParse(
                text,
                typeof(T) == typeof(double) ? Styles : NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out value
            )
            && T.IsFinite(value);
    }

    private static bool IsWhole(string text) =>
        text.TrimStart('+', '-') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
}
