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
        Description = "let gains, biases and the embedding decay as well",
    };
    private readonly Option<double> _maximalNorm;
    private readonly Option<bool> _perSequence = new("--per-sequence")
    {
        Description = "average the loss over sequences, as the original does, not over tokens",
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
            "how often every sequence is seen; with --resume more than before",
            usual.Epochs,
            Numbers.From(1, 1_000_000)
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
        _batchTokens = Numbers.Whole(
            "--batch-tokens",
            "predicted tokens of a batch",
            usual.BatchTokens,
            Numbers.From(2)
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
        _holdOutFraction = Numbers.Real(
            "--hold-out",
            "fraction of the sequences held out for validation",
            usual.HoldOut,
            Numbers.Below(0, 1)
        );
        _patience = Numbers.Whole(
            "--patience",
            "epochs without a lower validation loss after which to stop; 0 to go on",
            usual.Patience,
            Numbers.From(0)
        );
        _seed = Numbers.Seed("--seed", "decides every random choice", usual.Seed);
        _memory = Numbers.Real(
            "--memory",
            "GB that states kept for the backward pass may take; the rest is computed again",
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
