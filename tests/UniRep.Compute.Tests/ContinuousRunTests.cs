namespace UniRep.Compute.Tests;

/// <summary>Sequences join a continuous run at any time; their results are those of a run over a source.</summary>
public class ContinuousRunTests
{
    private static readonly MlstmArrays Arrays = Waves.Arrays(20, 2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<int, int> ThreadsAndLanes =>
        new()
        {
            { 1, 1 },
            { 1, 5 },
            { 2, 3 },
            { 4, 0 },
        };

    [Theory]
    [MemberData(nameof(ThreadsAndLanes))]
    public async Task Sequences_that_join_from_several_threads_give_the_bits_of_a_run(
        int threads,
        int lanes
    )
    {
        using var engine = MlstmEngine.Create(
            Arrays,
            new EngineOptions { Threads = threads, Lanes = lanes }
        );
        byte[][] sequences =
        [
            .. Enumerable.Range(0, 120).Select(seed => Waves.Tokens(seed * 7 % 90, seed)),
        ];
        var expected = Runs.Run(engine, sequences);
        await using var run = engine.BeginContinuous();
        var receivers = new KeepingReceiver[sequences.Length];
        Parallel.For(
            0,
            sequences.Length,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            index => receivers[index] = Join(run, sequences[index], $"client {index % 3}")
        );
        for (var index = 0; index < receivers.Length; index++)
        {
            var actual = await receivers[index].Result.WaitAsync(Patience, Token);
            Tolerance.AssertSameBits(expected[index].Numbers, actual.Numbers);
        }

        Assert.Equal(sequences.Sum(tokens => tokens.Length + 1L), run.Statistics.Positions);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static KeepingReceiver Join(
        ContinuousRun run,
        byte[] tokens,
        string client = "",
        Outputs outputs = Outputs.Vectors,
        CancellationToken cancellation = default
    )
    {
        var receiver = new KeepingReceiver();
        Assert.True(
            run.TryJoin(
                [new SequenceRequest(tokens, outputs, receiver, cancellation)],
                client,
                out _
            )
        );
        return receiver;
    }
}

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
