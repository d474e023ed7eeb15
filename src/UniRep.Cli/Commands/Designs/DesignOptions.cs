using System.CommandLine;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>Options of the commands for protein design, and how their values are read.</summary>
internal static class DesignOptions
{
    public static Option<IReadOnlyList<int>?> Positions() =>
        new("--positions")
        {
            Description = "positions that may change, counted from 1; default: all",
            HelpName = "10-50,72",
            CustomParser = result =>
            {
                var found = new List<int>();
                foreach (var part in result.Tokens[0].Value.Split(','))
                {
                    var ends = part.Split('-');
                    if (
                        ends.Length is 1 or 2
                        && TryPosition(ends[0], out var first)
                        && TryPosition(ends[^1], out var last)
                        && first <= last
                    )
                    {
                        found.AddRange(Enumerable.Range(first, last - first + 1));
                    }
                    else
                    {
                        result.AddError(
                            $"--positions takes numbers and ranges such as 10-50,72, not '{part}'."
                        );
                    }
                }

                return found;
            },
        };

    private static bool TryPosition(string text, out int position)
    {
        position = 0;
        return text.Length is > 0 and < 8
            && text.All(char.IsAsciiDigit)
            && int.TryParse(text, out position)
            && position > 0;
    }

    public static Option<IReadOnlyList<Motif>> Motifs() =>
        new("--forbid")
        {
            Description =
                "motifs that designs must not gain, by commas: X is any residue, [ST] one of these, {P} none of these",
            HelpName = "MOTIF,...",
            CustomParser = result =>
            {
                var found = new List<Motif>();
                foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
                {
                    var motif = MotifModule.parse(text);
                    if (motif.IsOk)
                    {
                        found.Add(motif.ResultValue);
                    }
                    else
                    {
                        result.AddError($"--forbid: {motif.ErrorValue.Message}.");
                    }
                }

                return found;
            },
        };

    /// <summary>Letters that are not proposed.</summary>
    public static Option<string> Excluded()
    {
        var option = new Option<string>("--exclude")
        {
            Description =
                "letters that are never proposed where the wild type has another, such as CM",
            HelpName = "LETTERS",
            DefaultValueFactory = _ => "",
        };
        option.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>() ?? "";
            if (
                !text.All(letter => LetterMatrixModule.letters.Contains(letter))
                || text.Length > 18
            )
            {
                result.AddError(
                    $"--exclude takes up to 18 of the letters {LetterMatrixModule.letters}, not '{text}'."
                );
            }
        });
        return option;
    }

    /// <summary>The file of a picture.</summary>
    public static Option<string?> Picture(string description)
    {
        var option = new Option<string?>("--picture")
        {
            Description = description,
            HelpName = "FILE.svg",
        };
        option.Validators.Add(result =>
        {
            if (
                result.GetValueOrDefault<string?>() is { } name
                && !name.EndsWith(".svg", StringComparison.Ordinal)
            )
            {
                result.AddError($"--picture takes a name that ends in .svg, not '{name}'.");
            }
        });
        return option;
    }
}
