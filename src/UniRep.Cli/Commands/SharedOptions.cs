using System.CommandLine;
using System.CommandLine.Parsing;
using UniRep.Cli.Console;
using UniRep.Cli.Help;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>What to do with a record that is no sequence.</summary>
internal enum OnInvalid
{
    Error,
    Skip,
    X,
}

/// <summary>Options that several commands share, and how their values are read.</summary>
internal static class SharedOptions
{
    public static Option<string> Weights() =>
        new("--weights")
        {
            Description = "a model's name (see `unirep weights list`) or the path of its files",
            HelpName = "NAME|PATH",
            DefaultValueFactory = _ => WeightCatalog.defaultName,
        };

    public static Option<int> Threads() =>
        Numbers.Whole(
            "--threads",
            "number of threads; 0 for one per core",
            null,
            Numbers.From(0, EngineOptions.MaximalThreads)
        );

    /// <summary>
    /// Gives the number of threads that was asked for, with a warning if it is so many that they would only wait for one
    /// another: then four per core.
    /// </summary>
    public static int ThreadsOf(int asked)
    {
        var cores = Environment.ProcessorCount;
        var most = Math.Min(4 * cores, EngineOptions.MaximalThreads);
        if (asked <= most)
        {
            return asked;
        }

        Reporter.Warn(
            $"--threads {asked}: this machine has {Reporter.Counted(cores, "core")}; {most} threads are used"
        );
        return most;
    }

    /// <summary>The precision that every device has: float32, or as good.</summary>
    public const string Exact = "exact";

    /// <summary>The usual precision of a GPU.</summary>
    public const string BFloat16 = "bfloat16";

    /// <summary>A precision of libtorch on a GPU.</summary>
    public const string TF32 = "tf32";

    /// <summary>The precisions of every device, by name; null for that which is usual on the device.</summary>
    public static Option<string?> PrecisionNames() =>
        PrecisionOf(
            [.. PrecisionModule.all.Select(pair => pair.Item1), BFloat16, TF32],
            "precision of the matrix products; all but exact trade accuracy for speed; a GPU has exact and bfloat16, libtorch tf32 too; default: exact, and bfloat16 with --device cuda"
        );

    /// <summary>The precisions of devices that train; null for that which is usual on the device.</summary>
    public static Option<string?> PrecisionOfTraining() =>
        PrecisionOf(
            [Exact, BFloat16, TF32],
            "precision of the matrix products: exact everywhere, bfloat16 with --device cuda, where it is the default, tf32 with --device torch:cuda"
        );

    private static Option<string?> PrecisionOf(string[] words, string description)
    {
        var list = string.Join('|', words);
        var option = new Option<string?>("--precision")
        {
            Description = description,
            HelpName = list,
            CustomParser = result =>
            {
                var word = result.Tokens[0].Value.ToLowerInvariant();
                if (!words.Contains(word))
                {
                    result.AddError($"--precision takes {list}, not '{result.Tokens[0].Value}'.");
                }

                return word;
            },
        };
        option.CompletionSources.Add(words);
        return option;
    }

    public static Option<OnInvalid> OnInvalid() =>
        new("--on-invalid")
        {
            Description =
                "what to do with letters that are not residues: stop with an error, skip the record, or read them as X (never digits, gaps or >)",
            HelpName = "error|skip|x",
            CustomParser = result => OneOf(result, OnInvalidWords),
        };

    private static readonly Dictionary<string, OnInvalid> OnInvalidWords = new()
    {
        ["error"] = Commands.OnInvalid.Error,
        ["skip"] = Commands.OnInvalid.Skip,
        ["x"] = Commands.OnInvalid.X,
    };

    /// <summary>Checks whether an option is on the command line.</summary>
    public static bool IsGiven(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { Implicit: false };

    public static string NameOf(Precision precision) => PrecisionModule.name(precision);

    public static Option<bool> Quiet() =>
        new("--quiet", "-q") { Description = "print only warnings and errors" };

    public static Option<bool> Json(string what) =>
        new("--json") { Description = $"print {what} as one JSON object" };

    public static Option<InputFormat?> InputFormats(string description) =>
        OneOf("--input-format", description, InputFormatModule.all.ToDictionary(x => x.Name));

    public static Option<OutputFormat?> OutputFormats(string description) =>
        OneOf("--format", description, OutputFormatModule.all.ToDictionary(x => x.Name));

    /// <summary>The file extensions of all input formats, each after the format that it stands for.</summary>
    public static string InputList =>
        string.Join(
            "; ",
            InputFormatModule.all.Select(x => $"{x.Description} ({string.Join(' ', x.Extensions)})")
        );

    /// <summary>An option whose value is one of a few words.</summary>
    public static Option<T?> OneOf<T>(
        string name,
        string description,
        IReadOnlyDictionary<string, T> words,
        T? usual = null
    )
        where T : class
    {
        var list = string.Join('|', words.Keys);
        var option = new Option<T?>(name)
        {
            Description = description,
            HelpName = list,
            CustomParser = result => OneOf(result, words),
        };
        option.CompletionSources.Add([.. words.Keys]);
        if (usual is not null)
        {
            option.DefaultValueFactory = _ => usual;
        }

        return option;
    }

    private static T? OneOf<T>(ArgumentResult result, IReadOnlyDictionary<string, T> words)
    {
        var word = result.Tokens[0].Value;
        if (words.TryGetValue(word.ToLowerInvariant(), out var value))
        {
            return value;
        }

        var option = (result.Parent as OptionResult)?.Option.Name;
        result.AddError(
            $"{option} takes {string.Join('|', words.Keys)}, not '{word}'"
                + Suggestion.For(word, words.Keys)
        );
        return default;
    }
}
