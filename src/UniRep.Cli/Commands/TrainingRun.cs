using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands;

/// <summary>One run of `unirep evotune` or `unirep train`.</summary>
internal sealed class TrainingRun(
    TrainingSettings settings,
    TrainingStart start,
    Interruption interruption
)
{
    /// <summary>Time enough to end a segment and to write a checkpoint of a large model.</summary>
    private static readonly TimeSpan TimeToSave = TimeSpan.FromSeconds(60);

    private readonly Reporter _reporter = new(settings.Quiet);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _tokens;

    public int Run()
    {
        interruption.WaitsFor(TimeToSave);
        using var display = new TrainingDisplay(_reporter);
        var observer = new TrainingObserver(
            Act<TrainingPlan>(plan =>
            {
                foreach (var warning in plan.Warnings)
                {
                    Reporter.Warn(warning);
                }

                display.Begin(plan);
            }),
            Act<TrialReport>(display.Show),
            Act<BatchReport>(report =>
            {
                _tokens += report.Tokens;
                display.Show(report);
            }),
            Act<EpochReport>(display.Show)
        );
        var result = settings.Resume
            ? EvoTuning.resume(
                Change(options => new TrainingOptions(
                    options.Epochs,
                    options.BatchTokens,
                    options.LearningRate,
                    options.Schedule,
                    options.WarmUp,
                    options.WeightDecay,
                    options.DecaysAll,
                    options.MaximalNorm,
                    options.Mean,
                    options.Window,
                    options.Average,
                    options.HoldOut,
                    options.Patience,
                    options.Seed,
                    settings.Options.Threads,
                    settings.Options.StateBytes
                )),
                settings.Previous,
                settings.Output,
                settings.CheckpointMinutes * 60,
                observer,
                interruption.Token
            )
            : EvoTuning.run(
                new TrainingRequest(
                    start,
                    ListModule.OfSeq(settings.Sequences),
                    ListModule.OfSeq(settings.HoldOut),
                    ListModule.OfSeq(settings.OutOfDomain),
                    settings.Reading,
                    settings.Filter,
                    settings.Options,
                    settings.Search
                ),
                settings.Output,
                settings.CheckpointMinutes * 60,
                observer,
                interruption.Token
            );
        display.End();
        return result.IsOk ? Summarize(result.ResultValue) : throw Failed(result.ErrorValue);
    }

    private static FSharpFunc<T, Unit> Act<T>(Action<T> action) => FuncConvert.FromAction(action);

    private static FSharpFunc<TrainingOptions, TrainingOptions> Change(
        Func<TrainingOptions, TrainingOptions> change
    ) => FuncConvert.FromFunc(change);

    private static CommandFailedException Failed(TrainingError error)
    {
        var code = error switch
        {
            TrainingError.BadOptions or TrainingError.AlreadyTraining or TrainingError.NoTraining =>
                ExitCode.Usage,
            TrainingError.BadStart => ExitCode.Weights,
            TrainingError.NotWritable => ExitCode.Environment,
            TrainingError.BadSequences { Item: var errors } when errors.Any(e => e.IsCannotRead) =>
                ExitCode.Environment,
            _ => ExitCode.BadInput,
        };
        return new CommandFailedException(
            code,
            TrainingRequestModule.describe(error).ReplaceLineEndings("\nunirep: ")
        );
    }

    private int Summarize(Tuned tuned)
    {
        var model = Path.Combine(settings.Output, "model.safetensors");
        if (tuned.End is TrainingEnd.Diverged diverged)
        {
            throw new CommandFailedException(
                ExitCode.BadInput,
                $"the loss or gradient of batch {diverged.batch} of epoch {diverged.epoch} is no finite number: "
                    + "the step was not made, and the checkpoint before it is kept. Try a lower --learning-rate or --max-norm"
            );
        }

        if (tuned.End.IsInterrupted)
        {
            _reporter.Say($"saved; go on with: unirep {Name} --resume -o {settings.Output}");
            throw new OperationCanceledException();
        }

        var first = tuned.Epochs[0];
        var best = tuned.Epochs.Last(report => report.IsBest);
        var seconds = _watch.Elapsed.TotalSeconds;
        if (settings.Json)
        {
            System.Console.Out.WriteLine(
                JsonText.Of(
                    new
                    {
                        model,
                        end = tuned.End.IsStoppedEarly ? "stopped early" : "finished",
                        epochs = tuned.Epochs.Length - 1,
                        bestEpoch = best.Epoch,
                        holdOutLossBefore = first.HoldOutLoss?.Value,
                        holdOutLoss = best.HoldOutLoss?.Value,
                        trainLoss = tuned.Epochs.Last().TrainLoss?.Value,
                        steps = tuned.Epochs.Last().Step,
                        tokens = _tokens,
                        seconds = Math.Round(seconds, 1),
                    }
                )
            );
        }

        var losses = (first.HoldOutLoss?.Value, best.HoldOutLoss?.Value) is ({ } before, { } after)
            ? $", hold-out loss {Loss(before)} -> {Loss(after)} nats per token (perplexity "
                + $"{Reporter.Number(Math.Exp(before), "F2")} -> {Reporter.Number(Math.Exp(after), "F2")})"
            : "";
        _reporter.Say(
            $"{(tuned.End.IsStoppedEarly ? "stopped early, " : "")}best after epoch {best.Epoch} of "
                + $"{tuned.Epochs.Length - 1}{losses}; {Reporter.Number(_tokens)} tokens in "
                + $"{Reporter.Number(seconds, "F1")} s -> {model}"
        );
        return ExitCode.Done;
    }

    private string Name => start.IsFromRandom ? "train" : "evotune";

    private static string Loss(double value) => Reporter.Number(value, "F4");
}
