using System.CommandLine;

namespace UniRep.Cli.Commands.TopModels;

/// <summary>What the commands of top models were asked to do, as far as they share it.</summary>
internal sealed record TopModelSettings
{
    public required string Table { get; init; }

    public string? WildType { get; init; }

    public int Offset { get; init; }

    public string? SequenceColumn { get; init; }

    public InputFormat? InputFormat { get; init; }

    /// <summary>The weights that were asked for; null for the usual ones.</summary>
    public string? Weights { get; init; }

    public required BackendChoice Backend { get; init; }

    public int Threads { get; init; }

    public bool Overwrite { get; init; }

    public bool Quiet { get; init; }
}

/// <summary>The options that `unirep fit`, `predict` and `benchmark` share.</summary>
internal sealed class TopModelFlags
{
    private readonly Argument<string> _table = new("TABLE")
    {
        Description =
            "table of sequences, or of variants in a column such as mutant (with --wild-type), gzipped or not; or - for standard input",
    };
    private readonly Option<string?> _wildType = new("--wild-type")
    {
        Description = "FASTA file of the protein that variants such as A24G:K30R are made of",
        HelpName = "FILE",
    };
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
        "input format; default: by TABLE's extension"
    );
    private readonly Option<string?> _weights;
    private readonly Option<string?> _precision = SharedOptions.PrecisionNames();
    private readonly Option<BackendChoice> _backend = BackendChoice.Option();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<bool> _overwrite = new("--overwrite")
    {
        Description = "replace an existing output file",
    };
    private readonly Option<bool> _quiet = SharedOptions.Quiet();

    public TopModelFlags(string usualWeights) =>
        _weights = new Option<string?>("--weights")
        {
            Description =
                $"a model's name (see `unirep weights list`) or the path of its files; default: {usualWeights}",
            HelpName = "NAME|PATH",
        };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_table);
        Option[] options =
        [
            _wildType,
            _offset,
            _sequenceColumn,
            _inputFormat,
            _weights,
            _precision,
            _backend,
            _threads,
            _overwrite,
            _quiet,
        ];
        Array.ForEach(options, command.Options.Add);
    }

    public TopModelSettings Settings(ParseResult parsed) =>
        new()
        {
            Table = parsed.GetValue(_table)!,
            WildType = parsed.GetValue(_wildType),
            Offset = parsed.GetValue(_offset),
            SequenceColumn = parsed.GetValue(_sequenceColumn),
            InputFormat = parsed.GetValue(_inputFormat),
            Weights = parsed.GetValue(_weights),
            Backend = parsed.GetValue(_backend)! with { Precision = parsed.GetValue(_precision) },
            Threads = SharedOptions.ThreadsOf(parsed.GetValue(_threads)),
            Overwrite = parsed.GetValue(_overwrite),
            Quiet = parsed.GetValue(_quiet),
        };
}
