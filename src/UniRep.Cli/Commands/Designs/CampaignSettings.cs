using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Cli.Commands.Scoring;
using UniRep.Design;

namespace UniRep.Cli.Commands.Designs;

/// <summary>What the commands of campaigns share.</summary>
internal sealed record CampaignSettings
{
    public required CampaignOptions Options { get; init; }

    /// <summary>Whether a warm start was asked for; null for what suits the model.</summary>
    public bool? WarmStart { get; init; }

    public required Pool Pool { get; init; }

    /// <summary>The first residue of the wild type has number Offset + 1.</summary>
    public int Offset { get; init; }

    /// <summary>The column of sequences, read instead of variants.</summary>
    public string? SequenceColumn { get; init; }

    /// <summary>The format of the candidates; null for that of the extension.</summary>
    public InputFormat? InputFormat { get; init; }

    /// <summary>The model; null for that of the campaign.</summary>
    public string? Weights { get; init; }

    public required BackendChoice Backend { get; init; }

    public int Threads { get; init; }

    public bool Quiet { get; init; }

    public bool Json { get; init; }

    /// <summary>Reads variants if the table has a column of them, sequences otherwise.</summary>
    /// <param name="table">A file, or - for standard input.</param>
    /// <param name="wildType">What variants are changes of.</param>
    /// <param name="naming">The options that name a column of the table.</param>
    public SequenceTable Candidates(string table, Sequence wildType, string naming) =>
        ScoringFailure.Valid(
            MeasuredTableModule.loadTable(
                TableReading.Options(InputFormat, SequenceColumn, Keep.WholeTable),
                FSharpOption<Tuple<int, Sequence>>.Some(new(Offset + 1, wildType)),
                TableReading.SourceOf(table)
            ),
            naming
        );

    /// <summary>The options, with what suits the model where nothing was asked for.</summary>
    public CampaignOptions OptionsFor(RunOptions run, Model model, Sequence wildType) =>
        new(
            Options.First,
            Options.Strategy,
            Options.TopModel,
            Options.Components,
            Options.NormalScores,
            WarmStart ?? CampaignFolder.usual(run, model, wildType).WarmStart,
            Options.Seed
        );
}

/// <summary>The options of `campaign init` and `campaign simulate`.</summary>
internal sealed class CampaignFlags(
    IReadOnlyDictionary<string, FirstRound> firsts,
    IReadOnlyDictionary<string, Strategy> strategies
)
{
    private readonly Option<FirstRound?> _first = SharedOptions.OneOf(
        "--first",
        "how the first plate is chosen: the highest zero-shot scores, different ones (k-medoids), or by chance",
        firsts,
        CampaignModule.usual.First
    );

    private readonly Option<Strategy?> _strategy = SharedOptions.OneOf(
        "--strategy",
        "how later plates are chosen: by the mean, by mean + 2 sigma (ucb), by random draws (thompson), or by ucb one after another (liar)",
        strategies,
        CampaignModule.usual.Strategy
    );

    private readonly Option<TopModelMethod?> _topModel = SharedOptions.OneOf(
        "--top-model",
        "what learns from the measurements: ridge regression, a Gaussian process, or the ensemble for a few dozen",
        CampaignModule.topModels.ToDictionary(method => method.Name),
        CampaignModule.usual.TopModel.Method
    );

    private readonly Option<int> _components = Numbers.Whole(
        "--components",
        "principal components of the vectors that the top model sees, equally scaled; 0 for the vectors as they are",
        CampaignModule.usual.Components,
        Numbers.From(0)
    );

    private readonly Option<bool> _raw = new("--raw-measurements")
    {
        Description = "fit the top model to the measurements as they are, not to their ranks",
    };

    private readonly Option<string?> _warm = SharedOptions.OneOf(
        "--warm-start",
        "whether the top model starts from the zero-shot scores; default: yes if the model knows the family (wild type's perplexity at most 12)",
        new Dictionary<string, string> { ["yes"] = "yes", ["no"] = "no" }
    );

    private readonly Option<Pool?> _pool = SharedOptions.OneOf(
        "--pool",
        "vector that the top model sees",
        PoolModule.all.ToDictionary(pool => pool.Name),
        Pool.Average
    );

    private readonly Option<int> _offset = Numbers.Whole(
        "--offset",
        "the first residue of the wild type has number N + 1",
        0,
        Numbers.From(-1_000_000, 1_000_000)
    );

    private readonly Option<string?> _sequenceColumn = new("--sequence-column")
    {
        Description = "column that holds whole sequences, read instead of variants",
        HelpName = "NAME",
    };

    private readonly Option<InputFormat?> _inputFormat = SharedOptions.InputFormats(
        "format of the candidates; default: by the file's extension"
    );

    private readonly Option<ulong> _seed = Numbers.Seed("--seed", "seed of the random numbers", 0);
    private readonly Option<string> _weights = SharedOptions.Weights();
    private readonly Option<string?> _precision = SharedOptions.PrecisionNames();
    private readonly Option<BackendChoice> _backend = BackendChoice.Option();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();
    private readonly Option<bool> _json = SharedOptions.Json("the summary");

    public void AddTo(Command command)
    {
        foreach (
            var option in new Option[]
            {
                _first,
                _strategy,
                _topModel,
                _components,
                _raw,
                _warm,
                _pool,
                _offset,
                _sequenceColumn,
                _inputFormat,
                _seed,
                _weights,
                _precision,
                _backend,
                _threads,
                _quiet,
                _json,
            }
        )
        {
            command.Options.Add(option);
        }
    }

    public CampaignSettings Settings(ParseResult parsed) =>
        new()
        {
            Options = new CampaignOptions(
                parsed.GetValue(_first)!,
                parsed.GetValue(_strategy)!,
                TopModelOptionsModule.usual(parsed.GetValue(_topModel)!),
                parsed.GetValue(_components),
                !parsed.GetValue(_raw),
                CampaignModule.usual.WarmStart,
                parsed.GetValue(_seed)
            ),
            WarmStart = parsed.GetValue(_warm) is { } warm ? warm == "yes" : null,
            Pool = parsed.GetValue(_pool)!,
            Offset = parsed.GetValue(_offset),
            SequenceColumn = parsed.GetValue(_sequenceColumn),
            InputFormat = parsed.GetValue(_inputFormat),
            Weights = parsed.GetValue(_weights),
            Backend = parsed.GetValue(_backend)! with { Precision = parsed.GetValue(_precision) },
            Threads = SharedOptions.ThreadsOf(parsed.GetValue(_threads)),
            Quiet = parsed.GetValue(_quiet),
            Json = parsed.GetValue(_json),
        };
}
