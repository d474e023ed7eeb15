namespace UniRep.Compute.Tests;

/// <summary>Keeps a copy of a result.</summary>
internal sealed class KeepingReceiver(Action? onResult = null) : ISequenceReceiver
{
    private readonly TaskCompletionSource<Runs.Result> _result = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public Task<Runs.Result> Result => _result.Task;

    public void Complete(in SequenceOutput output)
    {
        onResult?.Invoke();
        _result.SetResult(
            new Runs.Result(
                output.Index,
                output.Average.ToArray(),
                output.Final.ToArray(),
                output.Cell.ToArray(),
                output.HiddenStates.ToArray(),
                output.Logits.ToArray()
            )
        );
    }

    public void Fail(Exception exception) => _result.SetException(exception);

    public void Cancel() => _result.SetCanceled();
}
