namespace UniRep.Compute.Tests.Lanes;

/// <summary>Keeps what becomes of a sequence.</summary>
internal sealed class KeepingReceiver : ISequenceReceiver
{
    private readonly TaskCompletionSource<FakeResult> _result = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public Task<FakeResult> Result => _result.Task;

    public void Complete(in SequenceOutput output) => _result.SetResult(FakeResult.Of(output));

    public void Fail(Exception exception) => _result.SetException(exception);

    public void Cancel() => _result.SetCanceled();

    /// <summary>Joins a sequence.</summary>
    public static KeepingReceiver Join(
        ContinuousRun run,
        byte[] tokens,
        Outputs outputs = Outputs.Vectors
    ) => JoinAs("", run, tokens, outputs, CancellationToken.None);

    /// <summary>Joins a sequence of a client, which may be cancelled.</summary>
    public static KeepingReceiver JoinAs(
        string client,
        ContinuousRun run,
        byte[] tokens,
        Outputs outputs,
        CancellationToken cancellation
    )
    {
        var receiver = new KeepingReceiver();
        var request = new SequenceRequest(tokens, outputs, receiver, cancellation);
        Assert.True(run.TryJoin([request], client, out _));
        return receiver;
    }
}
