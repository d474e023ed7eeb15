using System.Collections;
using System.CommandLine;
using System.Globalization;
using UniRep.Cli.Commands;
using UniRep.Compute;
using UniRep.Design;

namespace UniRep.Cli.Help;

/// <summary>Default values as they are typed.</summary>
internal static class DefaultText
{
    /// <summary>The default of an option, or null if there is none to be typed.</summary>
    public static string? Of(Option option) =>
        option.ValueType == typeof(bool) ? null
        : option.HasDefaultValue ? Text(option.GetDefaultValue())
        : option.ValueType.IsEnum ? Text(Activator.CreateInstance(option.ValueType))
        : null;

    private static string? Text(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            Precision precision => SharedOptions.NameOf(precision),
            FeatureKind kind => kind.Name,
            TopModelMethod method => method.Name,
            Enum word => Word(word),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            IEnumerable several => string.Join(',', several.Cast<object>().Select(Word)),
            _ => Word(value),
        };

    private static string Word(object value) => $"{value}".ToLowerInvariant();
}
