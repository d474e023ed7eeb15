using System.CommandLine;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Cli.Help;

namespace UniRep.Cli.Commands.Training;

/// <summary>The options that both training commands take.</summary>
internal sealed class TrainingFlags
{
    private readonly HyperparameterFlags _hyperparameters;
    private readonly Argument<string[]> _sequences = new("SEQS")
    {
        Description =
            "files of training sequences: every input of `unirep embed`, or - for standard input",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "folder for the model, checkpoints, metrics and the loss curve",
        HelpName = "DIR",
        Required = true,
    };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description =
            $"continue the training of DIR from its checkpoint; only {string.Join(", ", HyperparameterFlags.NamesOnResume)}, --device, --precision and --checkpoint-minutes can change",
    };
    private readonly Option<bool> _previous = new("--previous")
    {
        Description = "with --resume: use the checkpoint before the last",
    };
    private readonly Option<string[]> _validation = Files(
        "--validation-file",
        "validation set, instead of a random part of the sequences"
    );
    private readonly Option<string[]> _outOfDomain = Files(
        "--out-of-domain",
        "out-of-domain test set: its loss is reported too, and decides nothing"
    );
    private readonly Option<int> _search;
    private readonly Option<int> _folds;
    private readonly Option<int> _minLength;
    private readonly Option<int> _maxLength;
    private readonly Option<bool> _duplicates = new("--keep-duplicates")
    {
        Description = "keep duplicate sequences",
    };
    private readonly Option<InputFormat?> _inputFormat = SharedOptions.InputFormats(
        "input format; default: by the extension of each file"
    );
    private readonly Option<string?> _sequenceColumn = new("--sequence-column")
    {
        Description = "column of a table that holds sequences",
        HelpName = "NAME",
    };
    private readonly Option<bool> _upperCase = new("--upper-case")
    {
        Description = "read lower-case letters as upper-case",
    };
    private readonly Option<bool> _trimStop = new("--trim-stop")
    {
        Description = "remove one * at the end of a sequence",
    };
    private readonly Option<OnInvalid> _onInvalid = SharedOptions.OnInvalid();
    private readonly Option<string?> _gaps = SharedOptions.OneOf(
        "--gaps",
        "gaps of an alignment (A2M, A3M, Stockholm): drop them and keep insertions, or keep the match columns alone and read gaps as X",
        new Dictionary<string, string> { ["drop"] = "drop", ["x"] = "x" },
        "drop"
    );
    private readonly Option<double> _maxIdentity;
    private readonly Option<double> _checkpointMinutes;
    private readonly Option<BackendChoice> _backend = BackendChoice.Option("trains");
    private readonly Option<string?> _precision = SharedOptions.PrecisionOfTraining();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();
    private readonly Option<bool> _json = SharedOptions.Json("the summary");

    public TrainingFlags(TrainingOptions defaults)
    {
        _hyperparameters = new HyperparameterFlags(defaults);
        _search = Numbers.Whole(
            "--search",
            "search the learning rate first: try N rates around the given one by successive halving, and train with the best",
            0,
            Numbers.From(0, 1000)
        );
        _folds = Numbers.Whole(
            "--folds",
            "cross-validate the trials of a search with N folds; 0 to use the validation set",
            0,
            Numbers.From(0)
        );
        _minLength = Numbers.Whole("--min-length", "skip shorter sequences", 1, Numbers.From(1));
        _maxLength = Numbers.Whole(
            "--max-length",
            "skip longer sequences; 0 for no limit",
            0,
            Numbers.From(0)
        );
        _maxIdentity = Numbers.Real(
            "--max-identity",
            "leave out rows of an alignment that are more alike than this to a row before that is kept, such as 0.8 for 80 %; the first row is kept",
            null,
            Numbers.Above(0, 1)
        );
        _checkpointMinutes = Numbers.Real(
            "--checkpoint-minutes",
            "minutes between checkpoints; one is also saved after every epoch",
            5.0,
            Numbers.RealFrom(0, 1_000_000)
        );
    }

    public void AddTo(Command command)
    {
        command.Arguments.Add(_sequences);
        Option[] options =
        [
            _output,
            .. _hyperparameters.All,
            _search,
            _folds,
            _validation,
            _outOfDomain,
            _minLength,
            _maxLength,
            _duplicates,
            _inputFormat,
            _sequenceColumn,
            _upperCase,
            _trimStop,
            _onInvalid,
            _gaps,
            _maxIdentity,
            _resume,
            _previous,
            _checkpointMinutes,
            _backend,
            _precision,
            _quiet,
            _json,
        ];
        Array.ForEach(options, command.Options.Add);
        EarlierNames.AddTo(command);
    }

    /// <summary>Refuses options that contradict each other. All values have been parsed by now.</summary>
    private void Check(ParseResult parsed)
    {
        var problem =
            string.IsNullOrWhiteSpace(parsed.GetValue(_output)) ? "--output: name a folder."
            : parsed.GetValue(_resume) ? IdleOnResume(parsed)
            : parsed.GetValue(_previous) ? "--previous needs --resume: give both, or neither."
            : parsed.GetValue(_folds) > 0 && parsed.GetValue(_search) == 0
                ? "--folds needs --search N: say how many learning rates to try."
            : parsed.GetValue(_folds) == 1
                ? "--folds must be 2 or more, or 0 to use the validation set."
            : parsed.GetValue(_sequences) is not { Length: > 0 }
                ? "SEQS: give at least one file of sequences."
            : null;
        if (problem is not null)
        {
            throw new CommandFailedException(ExitCode.Usage, problem);
        }
    }

    /// <summary>Refuses by name the options that have no effect on a resumed training.</summary>
    private string? IdleOnResume(ParseResult parsed)
    {
        Option[] taken =
        [
            _output,
            _resume,
            _previous,
            .. _hyperparameters.OnResume,
            _checkpointMinutes,
            _backend,
            _precision,
            _quiet,
            _json,
        ];
        List<string> refused =
        [
            .. parsed.GetValue(_sequences) is { Length: > 0 } ? ["SEQS"] : Array.Empty<string>(),
            .. parsed
                .CommandResult.Command.Options.Except(taken)
                .Where(option => SharedOptions.IsGiven(parsed, option))
                .Select(option => option.Name),
        ];
        return refused.Count == 0
            ? null
            : $"--resume continues with the sequences and options of the interrupted training: leave out {string.Join(", ", refused)}.";
    }

    public TrainingSettings Settings(ParseResult parsed, StartModel start)
    {
        Check(parsed);
        return new TrainingSettings
        {
            Backend = parsed.GetValue(_backend)! with { Precision = parsed.GetValue(_precision) },
            Command = parsed.CommandResult.Command.Name,
            Request = parsed.GetValue(_resume) ? null : Request(parsed, start),
            Adjust = options => _hyperparameters.Change(parsed, options),
            Output = parsed.GetValue(_output)!,
            Previous = parsed.GetValue(_previous),
            CheckpointMinutes = parsed.GetValue(_checkpointMinutes),
            Quiet = parsed.GetValue(_quiet),
            Json = parsed.GetValue(_json),
        };
    }

    private TrainingRequest Request(ParseResult parsed, StartModel start)
    {
        var column = parsed.GetValue(_sequenceColumn);
        var maxLength = parsed.GetValue(_maxLength);
        var trials = parsed.GetValue(_search);
        return new TrainingRequest(
            start,
            ListModule.OfSeq(parsed.GetValue(_sequences) ?? []),
            ListModule.OfSeq(parsed.GetValue(_validation) ?? []),
            ListModule.OfSeq(parsed.GetValue(_outOfDomain) ?? []),
            new InputOptions(
                parsed.GetValue(_inputFormat) is { } format
                    ? FSharpOption<InputFormat>.Some(format)
                    : null,
                column is null ? null : FSharpOption<string>.Some(column),
                null,
                parsed.GetValue(_upperCase),
                parsed.GetValue(_trimStop),
                parsed.GetValue(_onInvalid) == OnInvalid.X,
                parsed.GetValue(_gaps) == "x",
                false,
                null
            ),
            new CorpusFilter(
                parsed.GetValue(_minLength),
                maxLength == 0 ? int.MaxValue : maxLength,
                parsed.GetValue(_duplicates),
                SharedOptions.IsGiven(parsed, _maxIdentity)
                    ? FSharpOption<double>.Some(parsed.GetValue(_maxIdentity))
                    : null,
                parsed.GetValue(_onInvalid) == OnInvalid.Skip
            ),
            _hyperparameters.Options(parsed),
            trials == 0
                ? null
                : FSharpOption<SearchOptions>.Some(
                    new SearchOptions(trials, parsed.GetValue(_folds))
                )
        );
    }

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };
}
