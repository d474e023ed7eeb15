using System.Diagnostics;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using UniRep.Charts;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.Training;

/// <summary>One run of `unirep evotune` or `unirep train`.</summary>
internal sealed class TrainingRun(TrainingSettings settings, Interruption interruption)
{
    /// <summary>Enough time to end a segment and write a checkpoint of a large model.</summary>
    private static readonly TimeSpan TimeToSave = TimeSpan.FromSeconds(60);

    private readonly Reporter _reporter = new(settings.Quiet);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _tokens;
    private IdentityReport? _identity;

    public int Run()
    {
        using var display = new TrainingDisplay(_reporter);
        var observer = new TrainingObserver(
            Act<TrainingPlan>(plan =>
            {
                // Until here there is nothing to save.
                interruption.WaitsFor(TimeToSave);
                foreach (var warning in plan.Warnings)
                {
                    Reporter.Warn(warning);
                }

                _identity = plan.Identity?.Value;
                display.Begin(plan);
            }),
            Act<TrialReport>(display.Show),
            Act<BatchReport>(report =>
            {
                interruption.WaitsFor(TimeToSave);
                _tokens += report.Tokens;
                display.Show(report);
            }),
            Act<EpochReport>(display.Show),
            FuncConvert.FromFunc<FSharpList<EpochReport>, string>(LossCurve.svg)
        );
        var backend = settings.Backend.Settle(_reporter).Make(0);
        var result = settings.Request is { } request
            ? EvoTuning.run(
                backend,
                request,
                settings.Output,
                settings.CheckpointMinutes * 60,
                observer,
                interruption.Token
            )
            : EvoTuning.resume(
                backend,
                FuncConvert.FromFunc(settings.Adjust),
                settings.Previous,
                settings.Output,
                settings.CheckpointMinutes * 60,
                observer,
                interruption.Token
            );
        display.End();
        return result.IsOk ? Summarize(result.ResultValue) : throw Failed(result.ErrorValue);
    }

    private string ModelPath => Path.Combine(settings.Output, "model.safetensors");

    private static FSharpFunc<T, Unit> Act<T>(Action<T> action) => FuncConvert.FromAction(action);

    private CommandFailedException Failed(TrainingError error)
    {
        var message = Advice.Tell(error);
        if (error is TrainingError.Diverged { kept: var kept })
        {
            PrintSummary(kept);
            message += kept.Epochs.IsEmpty ? "" : $". The model is {ModelPath}";
        }

        var code = error switch
        {
            TrainingError.InvalidOptions
            or TrainingError.AlreadyTraining
            or TrainingError.NoTraining
            or TrainingError.WouldOverwrite
            or TrainingError.FixedOption
            or TrainingError.TooManyFolds => ExitCode.Usage,
            TrainingError.StartModel => ExitCode.Weights,
            TrainingError.NotReadable
            or TrainingError.NotWritable
            or TrainingError.FolderNotWritable
            or TrainingError.FolderInUse
            or TrainingError.Backend
            or TrainingError.UnusableCheckpoint { error: CheckpointError.NotReadable } =>
                ExitCode.Environment,
            TrainingError.InvalidSequences { Item: var errors }
                when errors.Any(e => e.IsCannotRead) => ExitCode.Environment,
            _ => ExitCode.BadInput,
        };
        return new CommandFailedException(code, message.ReplaceLineEndings("\nunirep: "));
    }

    private int Summarize(Tuned tuned)
    {
        if (tuned.StopReason.IsInterrupted)
        {
            _reporter.Say(
                $"checkpoint saved; continue with: unirep {settings.Command} --resume -o {settings.Output}"
            );
            throw new OperationCanceledException();
        }

        PrintSummary(tuned);
        var last = tuned.Epochs.Last().Epoch;
        var stopped = tuned.StopReason.IsEarlyStopping ? "stopped early, " : "";
        if (!tuned.IsImproved)
        {
            throw new CommandFailedException(
                ExitCode.BadInput,
                $"{stopped}training did not improve the model: after {last} epochs {Worse(tuned)}. {ModelPath} is the start model, and is not called tuned. "
                    + "Try another --learning-rate (--search N finds one), more --epochs, or more sequences"
            );
        }

        _reporter.Say(
            $"{stopped}best after epoch {tuned.BestEpoch} of {last}{Losses(tuned)}; {Reporter.Number(_tokens)} tokens in "
                + $"{Reporter.Number(_watch.Elapsed.TotalSeconds, "F1")} s -> {ModelPath}"
        );
        return ExitCode.Done;
    }

    /// <summary>Prints the summary as JSON if --json is given.</summary>
    private void PrintSummary(Tuned tuned)
    {
        if (!settings.Json || tuned.Epochs.IsEmpty)
        {
            return;
        }

        var last = tuned.Epochs.Last();
        System.Console.Out.WriteLine(
            JsonText.Of(
                new
                {
                    model = ModelPath,
                    end = tuned.StopReason.IsDiverged ? "diverged"
                    : tuned.StopReason.IsEarlyStopping ? "stopped early"
                    : "finished",
                    improved = tuned.IsImproved,
                    epochs = last.Epoch,
                    bestEpoch = tuned.BestEpoch,
                    validationLossBefore = tuned.Epochs.Head.ValidationLoss?.Value,
                    validationLoss = Best(tuned).ValidationLoss?.Value,
                    trainLoss = last.TrainLoss?.Value,
                    steps = last.Step,
                    tokens = _tokens,
                    seconds = Math.Round(_watch.Elapsed.TotalSeconds, 1),
                    maxIdentity = _identity?.Limit,
                    rows = _identity?.Rows,
                    rowsKept = _identity?.Remaining,
                }
            )
        );
    }

    private static EpochReport Best(Tuned tuned) =>
        tuned.Epochs.Last(report => report.Epoch == tuned.BestEpoch);

    private static string Worse(Tuned tuned) =>
        tuned.Epochs.Head.ValidationLoss?.Value is { } before
            ? $"no validation loss is below {Loss(before)}, that of the start model"
            : "the loss of the training sequences is not below that of the start model";

    private static string Losses(Tuned tuned) =>
        (tuned.Epochs.Head.ValidationLoss?.Value, Best(tuned).ValidationLoss?.Value)
            is ({ } before, { } after)
            ? $", validation loss {Loss(before)} -> {Loss(after)} nats per token (perplexity "
                + $"{Reporter.Number(Math.Exp(before), "F2")} -> {Reporter.Number(Math.Exp(after), "F2")})"
            : "";

    private static string Loss(double value) => Reporter.Number(value, "F4");
}
