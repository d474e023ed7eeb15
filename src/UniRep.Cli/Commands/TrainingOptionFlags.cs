using System.CommandLine;
using Microsoft.FSharp.Core;
using UniRep.Compute;

namespace UniRep.Cli.Commands;

/// <summary>The options of both training commands that say how the model is trained.</summary>
internal sealed class TrainingOptionFlags
{
    private static readonly Dictionary<string, Schedule> Schedules =
        ScheduleModule.names.ToDictionary(pair => pair.Item1, pair => pair.Item2);

    private readonly TrainingOptions _usual;
    private readonly Option<int> _epochs;
    private readonly Option<double> _learningRate;
    private readonly Option<int> _batchTokens;
    private readonly Option<Schedule?> _schedule;
    private readonly Option<int> _warmUp;
    private readonly Option<double> _weightDecay;
    private readonly Option<bool> _decayAll = new("--decay-all")
    {
        Description = "apply weight decay to gains, biases and the embedding too",
    };
    private readonly Option<double> _maximalNorm;
    private readonly Option<bool> _perSequence = new("--per-sequence")
    {
        Description =
            "average the loss over sequences, as the original program does, instead of over tokens",
    };
    private readonly Option<int> _window;
    private readonly Option<double> _average;
    private readonly Option<double> _holdOutFraction;
    private readonly Option<int> _patience;
    private readonly Option<ulong> _seed;
    private readonly Option<double> _memory;
    private readonly Option<int> _threads = SharedOptions.Threads();

    public TrainingOptionFlags(TrainingOptions usual)
    {
        _usual = usual;
        _epochs = Numbers.Whole(
            "--epochs",
            "passes over all sequences; with --resume, more than before",
            usual.Epochs,
            Numbers.From(1, 1_000_000)
        );
        _learningRate = Numbers.Real(
            "--learning-rate",
            usual.LearningRate is null
                ? "peak learning rate; default 0.032 divided by the units of a layer"
                : FormattableString.Invariant(
                    $"peak learning rate; default {usual.LearningRate.Value}"
                ),
            null,
            Numbers.Above(0)
        );
        _batchTokens = Numbers.Whole(
            "--batch-tokens",
            "predicted tokens per batch",
            usual.BatchTokens,
            Numbers.From(2)
        );
        _schedule = SharedOptions.OneOf(
            "--schedule",
            "learning-rate schedule after the warm-up; default cosine",
            Schedules
        );
        _warmUp = Numbers.Whole(
            "--warm-up",
            "learning-rate warm-up: steps until the peak learning rate",
            usual.WarmUp,
            Numbers.From(0)
        );
        _weightDecay = Numbers.Real(
            "--weight-decay",
            "decoupled weight decay (AdamW)",
            usual.WeightDecay,
            Numbers.RealFrom(0)
        );
        _maximalNorm = Numbers.Real(
            "--max-norm",
            "gradient clipping: largest norm of a batch's gradient; 0 for no clipping",
            usual.MaximalNorm,
            Numbers.RealFrom(0)
        );
        _window = Numbers.Whole(
            "--bptt",
            "truncated back-propagation through time: steps that gradients flow back through; 0 for all",
            usual.Window,
            Numbers.From(0)
        );
        _average = Numbers.Real(
            "--average",
            "exponential moving average (EMA) of the weights: its decay per step, such as 0.999; 0 for none",
            0.0,
            Numbers.Below(0, 1)
        );
        _holdOutFraction = Numbers.Real(
            "--hold-out",
            "fraction of the sequences to use as validation set",
            usual.HoldOut,
            Numbers.Below(0, 1)
        );
        _patience = Numbers.Whole(
            "--patience",
            "early stopping: epochs without a lower validation loss before training stops; 0 for no early stopping",
            usual.Patience,
            Numbers.From(0)
        );
        _seed = Numbers.Seed("--seed", "random seed", usual.Seed);
        _memory = Numbers.Real(
            "--memory",
            "GB of memory for states kept for the backward pass; the others are computed again",
            usual.StateBytes / (double)(1L << 30),
            Numbers.RealFrom(0, 1_000_000)
        );
    }

    /// <summary>What changes the model, in the order of the help.</summary>
    public IEnumerable<Option> OfModel =>
        [
            _epochs,
            _learningRate,
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
            _patience,
            _seed,
        ];

    /// <summary>What changes only the time that training takes.</summary>
    public IEnumerable<Option> OfMachine => [_memory, _threads];

    /// <summary>What a resumed training can change.</summary>
    public IEnumerable<Option> OnResume => [_epochs, .. OfMachine];

    public TrainingOptions Options(ParseResult parsed)
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
            SharedOptions.ThreadsOf(parsed.GetValue(_threads)),
            StateBytes(parsed)
        );
    }

    private long StateBytes(ParseResult parsed) => (long)(parsed.GetValue(_memory) * (1L << 30));

    /// <summary>What a resumed training is to change: only what was given.</summary>
    public TrainingChange Change(ParseResult parsed)
    {
        return new TrainingChange(
            SharedOptions.IsGiven(parsed, _epochs) ? parsed.GetValue(_epochs) : null,
            SharedOptions.ThreadsOf(parsed.GetValue(_threads)),
            SharedOptions.IsGiven(parsed, _memory) ? StateBytes(parsed) : null
        );
    }
}
