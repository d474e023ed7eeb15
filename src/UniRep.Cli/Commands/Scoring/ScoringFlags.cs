using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace UniRep.Cli.Commands.Scoring;

/// <summary>The options that `unirep score` and `unirep scan` share.</summary>
internal sealed partial class ScoringFlags
{
    /// <summary>The scorers, by the names of --blend.</summary>
    public const string LanguageModel = "lm";
    public const string Matrix = "pssm";

    private static readonly Dictionary<string, ReadingDirection> Directions =
        ReadingDirectionModule.all.ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "table to write, .csv or .tsv, or - for standard output (CSV)",
        HelpName = "OUT",
        Required = true,
    };
    private readonly Option<int> _offset = Numbers.Whole(
        "--offset",
        "the first residue of the wild type has number N + 1",
        0,
        Numbers.From(-1_000_000, 1_000_000)
    );
    private readonly Option<(int First, int Last)?> _region = new("--region")
    {
        Description = "read these residues of the wild type alone; they keep their numbers",
        HelpName = "FIRST-LAST",
        CustomParser = ParseRegion,
    };
    private readonly Option<string?> _alignment = new("--alignment")
    {
        Description =
            "alignment of the family for the scorer pssm: .a2m .a3m .fasta .sto, each also .gz",
        HelpName = "FILE",
    };
    private readonly Option<string?> _focus = new("--focus")
    {
        Description =
            "row of the alignment whose residues are the wild type or a part of it; default: the first",
        HelpName = "NAME",
    };
    private readonly Option<IReadOnlyList<string>?> _blend = new("--blend")
    {
        Description =
            "scorers: lm is the model's likelihood, pssm the site-independent model of the alignment; both are blended by average rank; default: lm, and both with --alignment",
        HelpName = "lm,pssm",
        CustomParser = ParseBlend,
    };
    private readonly Option<ReadingDirection?> _direction = SharedOptions.OneOf(
        "--direction",
        "order in which the model reads; both: the mean of the two; default: as the model was trained",
        Directions
    );
    private readonly Option<string> _weights = SharedOptions.Weights();
    private readonly Option<string?> _precision = SharedOptions.PrecisionNames();
    private readonly Option<BackendChoice> _backend = BackendChoice.Option();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "replace an existing output file",
    };
    private readonly Option<bool> _quiet = SharedOptions.Quiet();
    private readonly Option<bool> _json = SharedOptions.Json("the summary");

    public void AddTo(Command command)
    {
        Option[] options =
        [
            _output,
            _offset,
            _region,
            _alignment,
            _focus,
            _blend,
            _direction,
            _weights,
            _precision,
            _backend,
            _threads,
            _overwrite,
            _quiet,
            _json,
        ];
        Array.ForEach(options, command.Options.Add);
    }

    /// <summary>The options as given; refuses those that contradict each other.</summary>
    public ScoringSettings Settings(ParseResult parsed)
    {
        var alignment = parsed.GetValue(_alignment);
        var blend =
            parsed.GetValue(_blend)
            ?? (alignment is null ? [LanguageModel] : [LanguageModel, Matrix]);
        var problem =
            blend.Contains(Matrix) && alignment is null
                ? "--blend pssm needs --alignment: give the alignment of the family."
            : !blend.Contains(Matrix) && alignment is not null
                ? "--alignment is for the scorer pssm: add it to --blend, or leave --alignment out."
            : parsed.GetValue(_focus) is not null && alignment is null
                ? "--focus names a row of --alignment: give both, or neither."
            : null;
        if (problem is not null)
        {
            throw new CommandFailedException(ExitCode.Usage, problem);
        }

        var output = parsed.GetValue(_output)!;
        TableTarget.RequireFreeOutput(parsed.GetValue(_json), "-o", output);
        return new ScoringSettings
        {
            Output = output,
            Offset = parsed.GetValue(_offset),
            Region = parsed.GetValue(_region),
            Alignment = alignment,
            Focus = parsed.GetValue(_focus),
            Scorers = blend,
            Direction = parsed.GetValue(_direction),
            Weights = parsed.GetValue(_weights)!,
            Backend = parsed.GetValue(_backend)! with { Precision = parsed.GetValue(_precision) },
            Threads = SharedOptions.ThreadsOf(parsed.GetValue(_threads)),
            Overwrite = parsed.GetValue(_overwrite),
            Quiet = parsed.GetValue(_quiet),
            Json = parsed.GetValue(_json),
        };
    }

    private static (int First, int Last)? ParseRegion(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var ends = Region().Match(text);
        if (ends.Success)
        {
            return (
                int.Parse(ends.Groups[1].Value, CultureInfo.InvariantCulture),
                int.Parse(ends.Groups[2].Value, CultureInfo.InvariantCulture)
            );
        }

        result.AddError($"--region takes two residues such as 24-286, not '{text}'.");
        return null;
    }

    private static IReadOnlyList<string>? ParseBlend(ArgumentResult result)
    {
        string[] names =
        [
            .. result
                .Tokens[0]
                .Value.Split(',', StringSplitOptions.TrimEntries)
                .Select(name => name.ToLowerInvariant()),
        ];
        if (names.Except([LanguageModel, Matrix]).Any() || names.Distinct().Count() != names.Length)
        {
            result.AddError(
                $"--blend takes {LanguageModel}, {Matrix} or both by commas, not '{result.Tokens[0].Value}'."
            );
        }

        return names;
    }

    [GeneratedRegex(@"^(-?[0-9]{1,9})-(-?[0-9]{1,9})$")]
    private static partial Regex Region();
}
