using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.FSharp.Core;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>The options that both training commands take.</summary>
internal sealed class TrainingFlags
{
    private static readonly Dictionary<string, Schedule> Schedules =
        ScheduleModule.names.ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private readonly TrainingOptions _usual;
    private static readonly Dictionary<string, InputFormat> InputFormats =
        InputFormatModule.names.ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private readonly Argument<string[]> _sequences = new("SEQS")
    {
        Description =
            "files of sequences to train on: every input of `unirep embed`, or - for standard input",
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
            "continue the training of DIR from its checkpoint; only --epochs, --threads, --memory and --checkpoint-minutes can change",
    };
    private readonly Option<bool> _previous = new("--previous")
    {
        Description = "with --resume: from the checkpoint before the last",
    };
    private readonly Option<string[]> _holdOut = Files(
        "--hold-out-file",
        "validation set, instead of sequences held out at random"
    );
    private readonly Option<string[]> _outOfDomain = Files(
        "--out-of-domain",
        "sequences from elsewhere, whose loss is computed as well"
    );
    private readonly Option<double> _holdOutFraction;
    private readonly Option<int> _epochs;
    private readonly Option<int> _batchTokens;
    private readonly Option<double> _learningRate;
    private readonly Option<int> _search;
    private readonly Option<int> _folds;
    private readonly Option<Schedule?> _schedule;
    private readonly Option<int> _warmUp;
    private readonly Option<double> _weightDecay;
    private readonly Option<bool> _decayAll = new("--decay-all")
    {
        Description = "let gains, biases and the embedding decay as well",
    };
    private readonly Option<double> _maximalNorm;
    private readonly Option<bool> _perSequence = new("--per-sequence")
    {
        Description = "average the loss over sequences, as the original does, not over tokens",
    };
    private readonly Option<int> _window;
    private readonly Option<double> _average;
    private readonly Option<int> _patience;
    private readonly Option<ulong> _seed;
    private readonly Option<int> _minLength;
    private readonly Option<int> _maxLength;
    private readonly Option<bool> _duplicates = new("--keep-duplicates")
    {
        Description = "train on sequences as often as they occur",
    };
    private readonly Option<InputFormat?> _inputFormat = SharedOptions.OneOf(
        "--input-format",
        "input format; default: by the extension of each file",
        InputFormats
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
        Description = "drop one * at the end of a sequence",
    };
    private readonly Option<OnInvalid> _onInvalid = SharedOptions.OnInvalid();
    private readonly Option<double> _memory;
    private readonly Option<double> _checkpointMinutes;
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<bool> _quiet = SharedOptions.Quiet();
    private readonly Option<bool> _json = SharedOptions.Json("the summary");

    public TrainingFlags(TrainingOptions usual)
    {
        _usual = usual;
        _holdOutFraction = Numbers.Real(
            "--hold-out",
            "fraction of the sequences held out for validation",
            usual.HoldOut,
            Numbers.Below(0, 1)
        );
        _epochs = Numbers.Whole(
            "--epochs",
            "how often every sequence is seen; with --resume more than before",
            usual.Epochs,
            Numbers.From(1, 1_000_000)
        );
        _batchTokens = Numbers.Whole(
            "--batch-tokens",
            "predicted tokens of a batch",
            usual.BatchTokens,
            Numbers.From(2)
        );
        _learningRate = Numbers.Real(
            "--learning-rate",
            usual.LearningRate is null
                ? "highest learning rate; default 0.032 over the units of a layer"
                : FormattableString.Invariant(
                    $"highest learning rate; default {usual.LearningRate.Value}"
                ),
            null,
            Numbers.Above(0)
        );
        _search = Numbers.Whole(
            "--search",
            "first try so many learning rates about the one given, half of them ever longer, and take the best with its epochs",
            0,
            Numbers.From(0, 1000)
        );
        _folds = Numbers.Whole(
            "--folds",
            "validate trials of a search by cross-validation in so many parts; 0 by the hold-out",
            0,
            Numbers.From(0)
        );
        _schedule = SharedOptions.OneOf(
            "--schedule",
            "how the learning rate goes on after warming up; default cosine",
            Schedules
        );
        _warmUp = Numbers.Whole(
            "--warm-up",
            "steps until the highest learning rate",
            usual.WarmUp,
            Numbers.From(0)
        );
        _weightDecay = Numbers.Real(
            "--weight-decay",
            "decoupled weight decay",
            usual.WeightDecay,
            Numbers.RealFrom(0)
        );
        _maximalNorm = Numbers.Real(
            "--max-norm",
            "largest norm of a batch's gradient; 0 for any",
            usual.MaximalNorm,
            Numbers.RealFrom(0)
        );
        _window = Numbers.Whole(
            "--bptt",
            "steps that gradients flow back through, states being carried on; 0 for all",
            usual.Window,
            Numbers.From(0)
        );
        _average = Numbers.Real(
            "--average",
            "keep a running mean of the parameters as the model, each step keeping so much of it; 0 for none",
            0.0,
            Numbers.Below(0, 1)
        );
        _patience = Numbers.Whole(
            "--patience",
            "epochs without a lower validation loss after which to stop; 0 to go on",
            usual.Patience,
            Numbers.From(0)
        );
        _seed = Numbers.Seed("--seed", "decides every random choice", usual.Seed);
        _minLength = Numbers.Whole(
            "--min-length",
            "leave out shorter sequences",
            1,
            Numbers.From(1)
        );
        _maxLength = Numbers.Whole(
            "--max-length",
            "leave out longer sequences; 0 for none",
            0,
            Numbers.From(0)
        );
        _memory = Numbers.Real(
            "--memory",
            "GB that states kept for the backward pass may take; the rest is computed again",
            usual.StateBytes / (double)(1L << 30),
            Numbers.RealFrom(0, 1_000_000)
        );
        _checkpointMinutes = Numbers.Real(
            "--checkpoint-minutes",
            "save a checkpoint so often, besides after every epoch",
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
            _epochs,
            _learningRate,
            _search,
            _folds,
            _batchTokens,
            _schedule,
            _warmUp,
            _weightDecay,
            _decayAll,
            _maximalNorm,
            _perSequence,
            _window,
            _average,
            _holdOutFraction,
            _holdOut,
            _outOfDomain,
            _patience,
            _seed,
            _minLength,
            _maxLength,
            _duplicates,
            _inputFormat,
            _sequenceColumn,
            _upperCase,
            _trimStop,
            _onInvalid,
            _resume,
            _previous,
            _checkpointMinutes,
            _memory,
            _threads,
            _quiet,
            _json,
        ];
        Array.ForEach(options, command.Options.Add);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_resume))
            {
                RefuseOnResume(command, result);
            }
            else if (result.GetValue(_previous))
            {
                result.AddError("--previous is for --resume: give both, or neither.");
            }
            else if (result.GetValue(_folds) > 0 && result.GetValue(_search) == 0)
            {
                result.AddError("--folds is for --search N: say how many learning rates to try.");
            }
            else if (result.GetValue(_folds) == 1)
            {
                result.AddError("--folds must be 2 or more, or 0 for the hold-out.");
            }
            else if (result.GetValue(_sequences) is not { Length: > 0 })
            {
                result.AddError("SEQS: give at least one file of sequences.");
            }
        });
    }

    /// <summary>A resumed training is what it was: whatever would change nothing is refused by name.</summary>
    private void RefuseOnResume(Command command, CommandResult result)
    {
        Option[] taken =
        [
            _output,
            _resume,
            _previous,
            _epochs,
            _checkpointMinutes,
            _memory,
            _threads,
            _quiet,
            _json,
        ];
        List<string> refused =
        [
            .. result.GetValue(_sequences) is { Length: > 0 } ? ["SEQS"] : Array.Empty<string>(),
            .. command
                .Options.Except(taken)
                .Where(option => result.GetResult(option) is { Implicit: false })
                .Select(option => option.Name),
        ];
        if (refused.Count > 0)
        {
            result.AddError(
                $"--resume continues with the sequences and options that training began with: leave out {string.Join(", ", refused)}."
            );
        }
    }

    public TrainingSettings Settings(ParseResult parsed)
    {
        var column = parsed.GetValue(_sequenceColumn);
        var maxLength = parsed.GetValue(_maxLength);
        return new TrainingSettings
        {
            Sequences = parsed.GetValue(_sequences) ?? [],
            Output = parsed.GetValue(_output)!,
            HoldOut = parsed.GetValue(_holdOut) ?? [],
            OutOfDomain = parsed.GetValue(_outOfDomain) ?? [],
            Reading = new InputOptions(
                parsed.GetValue(_inputFormat) is { } format
                    ? FSharpOption<InputFormat>.Some(format)
                    : null,
                column is null ? null : FSharpOption<string>.Some(column),
                null,
                parsed.GetValue(_upperCase),
                parsed.GetValue(_trimStop),
                parsed.GetValue(_onInvalid) == OnInvalid.X
            ),
            Filter = new CorpusFilter(
                parsed.GetValue(_minLength),
                maxLength == 0 ? int.MaxValue : maxLength,
                parsed.GetValue(_duplicates),
                parsed.GetValue(_onInvalid) == OnInvalid.Skip
            ),
            Options = Options(parsed),
            Change = Change(parsed),
            Search =
                parsed.GetValue(_search) == 0
                    ? null
                    : FSharpOption<SearchOptions>.Some(
                        new SearchOptions(parsed.GetValue(_search), parsed.GetValue(_folds))
                    ),
            Resume = parsed.GetValue(_resume),
            Previous = parsed.GetValue(_previous),
            CheckpointMinutes = parsed.GetValue(_checkpointMinutes),
            Quiet = parsed.GetValue(_quiet),
            Json = parsed.GetValue(_json),
        };
    }

    private TrainingOptions Options(ParseResult parsed)
    {
        var norm = parsed.GetValue(_maximalNorm);
        var average = parsed.GetValue(_average);
        return new TrainingOptions(
            parsed.GetValue(_epochs),
            parsed.GetValue(_batchTokens),
            parsed.GetResult(_learningRate) is null
                ? _usual.LearningRate
                : FSharpOption<double>.Some(parsed.GetValue(_learningRate)),
            parsed.GetValue(_schedule) ?? _usual.Schedule,
            parsed.GetValue(_warmUp),
            parsed.GetValue(_weightDecay),
            parsed.GetValue(_decayAll),
            norm == 0 ? double.PositiveInfinity : norm,
            parsed.GetValue(_perSequence) ? LossMean.PerSequence : LossMean.PerToken,
            parsed.GetValue(_window),
            average == 0 ? null : FSharpOption<double>.Some(average),
            parsed.GetValue(_holdOutFraction),
            parsed.GetValue(_patience),
            parsed.GetValue(_seed),
            parsed.GetValue(_threads),
            StateBytes(parsed)
        );
    }

    private long StateBytes(ParseResult parsed) => (long)(parsed.GetValue(_memory) * (1L << 30));

    /// <summary>What a resumed training is to change: only what was given.</summary>
    private TrainingChange Change(ParseResult parsed)
    {
        bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
        return new TrainingChange(
            IsGiven(_epochs) ? parsed.GetValue(_epochs) : null,
            parsed.GetValue(_threads),
            IsGiven(_memory) ? StateBytes(parsed) : null
        );
    }

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };
}
