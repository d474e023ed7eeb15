using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>The options that both training commands take.</summary>
internal sealed class TrainingFlags
{
    private static readonly Dictionary<string, Schedule> Schedules =
        ScheduleModule.names.ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private readonly TrainingOptions _usual;
    private readonly Argument<string[]> _sequences = new("SEQS")
    {
        Description = "files of sequences to train on: every input of `unirep embed`",
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
        Description = "go on with the training of DIR where its checkpoint left it",
    };
    private readonly Option<bool> _previous = new("--previous")
    {
        Description = "with --resume: from the checkpoint before the last",
    };
    private readonly Option<string[]> _holdOut = Files(
        "--hold-out-file",
        "sequences to judge by, instead of some held out at random"
    );
    private readonly Option<string[]> _outOfDomain = Files(
        "--out-of-domain",
        "sequences from elsewhere to judge by as well"
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
    private readonly Option<long> _seed;
    private readonly Option<int> _minLength;
    private readonly Option<int> _maxLength;
    private readonly Option<bool> _duplicates = new("--keep-duplicates")
    {
        Description = "train on sequences as often as they occur",
    };
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
        _holdOutFraction = Value("--hold-out", "fraction held out to judge by", usual.HoldOut);
        _epochs = Value("--epochs", "how often every sequence is seen", usual.Epochs);
        _batchTokens = Value("--batch-tokens", "predicted tokens of a batch", usual.BatchTokens);
        _learningRate = new Option<double>("--learning-rate")
        {
            Description = usual.LearningRate is null
                ? "highest learning rate; default 0.032 over the units of a layer"
                : FormattableString.Invariant(
                    $"highest learning rate; default {usual.LearningRate.Value}"
                ),
            HelpName = "N",
        };
        _search = Value(
            "--search",
            "first try so many learning rates about the one given, half of them ever longer, and take the best with its epochs",
            0
        );
        _folds = Value(
            "--folds",
            "judge trials of a search by cross-validation in so many parts; 0 by the hold-out",
            0
        );
        _schedule = SharedOptions.OneOf(
            "--schedule",
            "how the learning rate goes on after warming up; default cosine",
            Schedules
        );
        _warmUp = Value("--warm-up", "steps until the highest learning rate", usual.WarmUp);
        _weightDecay = Value("--weight-decay", "decoupled weight decay", usual.WeightDecay);
        _maximalNorm = Value(
            "--max-norm",
            "largest norm of a batch's gradient; 0 for any",
            usual.MaximalNorm
        );
        _window = Value(
            "--bptt",
            "steps that gradients flow back through, states being carried on; 0 for all",
            usual.Window
        );
        _average = Value(
            "--average",
            "keep a running mean of the parameters as the model, each step keeping so much of it; 0 for none",
            0.0
        );
        _patience = Value(
            "--patience",
            "epochs without a lower hold-out loss after which to stop; 0 to go on",
            usual.Patience
        );
        _seed = Value("--seed", "decides every random choice", (long)usual.Seed);
        _minLength = Value("--min-length", "leave out shorter sequences", 1);
        _maxLength = Value("--max-length", "leave out longer sequences; 0 for none", 0);
        _memory = Value(
            "--memory",
            "GB that states kept for the backward pass may take; the rest is computed again",
            usual.StateBytes / (double)(1L << 30)
        );
        _checkpointMinutes = Value(
            "--checkpoint-minutes",
            "save a checkpoint so often, besides after every epoch",
            5.0
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
            var (resumes, given) = (
                result.GetValue(_resume),
                result.GetValue(_sequences) is { Length: > 0 }
            );
            if (resumes && given)
            {
                result.AddError("--resume goes on with the sequences of before: leave SEQS out.");
            }
            else if (resumes && result.GetResult(_search) is { Implicit: false })
            {
                result.AddError("--resume goes on with the search of before: leave --search out.");
            }
            else if (result.GetValue(_folds) > 0 && result.GetValue(_search) == 0 && !resumes)
            {
                result.AddError("--folds is for --search N: say how many learning rates to try.");
            }
            else if (!resumes && !given)
            {
                result.AddError("SEQS: give at least one file of sequences.");
            }
        });
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
                null,
                column is null ? null : FSharpOption<string>.Some(column),
                null,
                parsed.GetValue(_upperCase),
                parsed.GetValue(_trimStop),
                parsed.GetValue(_onInvalid) == OnInvalid.X,
                null
            ),
            Filter = new CorpusFilter(
                parsed.GetValue(_minLength),
                maxLength == 0 ? int.MaxValue : maxLength,
                parsed.GetValue(_duplicates),
                parsed.GetValue(_onInvalid) == OnInvalid.Skip
            ),
            Options = Options(parsed),
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
            (ulong)parsed.GetValue(_seed),
            parsed.GetValue(_threads),
            (long)(parsed.GetValue(_memory) * (1L << 30))
        );
    }

    private static Option<T> Value<T>(string name, string description, T usual) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => usual,
        };

    private static Option<string[]> Files(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };
}
