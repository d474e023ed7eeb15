using System.Diagnostics;
using UniRep.Cli.Console;
using UniRep.Compute;

namespace UniRep.Cli.Commands.Training;

/// <summary>
/// Shows the progress of a training: on a terminal a line that changes, and a line that stays for every epoch.
/// </summary>
internal sealed class TrainingDisplay(Reporter reporter) : IDisposable
{
    private readonly Stopwatch _watch = new();
    private long _tokens;
    private long _expected;
    private int _epochs;
    private double _loss = double.NaN;
    private string _validation = "";

    public void Begin(TrainingPlan plan)
    {
        _epochs = plan.Epochs;
        _expected = plan.TokensPerEpoch * Math.Max(0, _epochs - Math.Max(0, plan.Epoch - 1));
        _tokens = 0;
        _loss = double.NaN;
        _watch.Restart();
        if (plan.Identity?.Value is { } identity)
        {
            reporter.Say(
                $"{Reporter.Number(identity.Remaining)} of {Reporter.Number(identity.Rows)} rows remain: the others are more than "
                    + FormattableString.Invariant(
                        $"{100 * identity.Limit:G4} % identical to one before (--max-identity)"
                    )
            );
        }

        reporter.Say(
            $"{plan.Shape.Units} units x {Reporter.Counted(plan.Shape.Layers, "layer")}, {Reporter.Number(plan.Sequences)} training sequences, "
                + $"{Reporter.Number(plan.ValidationSequences)} for validation, {Reporter.Number(plan.TokensPerEpoch)} tokens per epoch, "
                + FormattableString.Invariant($"learning rate {plan.LearningRate:G3}, ")
                + $"mean loss per {(plan.Mean == LossMean.PerSequence ? "sequence" : "token")}"
                + (
                    plan.Epoch > 0
                        ? $"; resuming in epoch {plan.Epoch} after batch {plan.Batch}"
                        : ""
                )
        );
    }

    public void Show(TrialReport trial)
    {
        reporter.ShowLine("");
        var outcome = trial.Loss?.Value is { } loss
            ? $"validation loss {Reporter.Number(loss, "F4")} after epoch {trial.BestEpoch} of {trial.Epochs}"
            : "diverged";
        reporter.Say(
            FormattableString.Invariant(
                $"search, round {trial.Round}, trial {trial.Trial}: learning rate {trial.LearningRate:G3}, {outcome}"
            )
        );
    }

    public void Show(BatchReport report)
    {
        if (!_watch.IsRunning)
        {
            reporter.ShowLine(
                $"search: epoch {report.Epoch}, batch {report.Batch} of {report.Batches}"
            );
            return;
        }

        _tokens += report.Tokens;
        _loss = double.IsNaN(_loss) ? report.Loss : 0.95 * _loss + 0.05 * report.Loss;
        var rate = _tokens / _watch.Elapsed.TotalSeconds;
        var left = TimeSpan.FromSeconds(Math.Max(0, _expected - _tokens) / rate);
        reporter.ShowLine(
            $"epoch {report.Epoch} of {_epochs}, batch {report.Batch} of {report.Batches}: loss {Reporter.Number(_loss, "F3")}"
                + $"{_validation}, {Reporter.Number(rate)} tokens/s, {left:h\\:mm\\:ss} left"
        );
    }

    public void Show(EpochReport report)
    {
        reporter.ShowLine("");
        var parts = new List<string> { $"epoch {report.Epoch}" };
        if (report.TrainLoss?.Value is { } loss)
        {
            parts.Add($"training loss {Reporter.Number(loss, "F4")}");
        }

        if (report.ValidationLoss?.Value is { } validation)
        {
            _validation = $", validation loss {Reporter.Number(validation, "F3")}";
            parts.Add(
                $"validation loss {Reporter.Number(validation, "F4")}{(report.IsBest ? " (best)" : "")}"
            );
        }

        if (report.OutOfDomainLoss?.Value is { } other)
        {
            parts.Add($"out-of-domain loss {Reporter.Number(other, "F4")}");
        }

        if (report.Tokens > 0)
        {
            parts.Add($"{Reporter.Number(report.Tokens / report.Seconds)} tokens/s");
        }

        reporter.Say(string.Join(", ", parts));
    }

    /// <summary>Clears the line that changes.</summary>
    public void End() => reporter.ShowLine("");

    public void Dispose() => End();
}
