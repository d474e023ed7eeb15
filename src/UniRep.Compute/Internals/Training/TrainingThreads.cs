using UniRep.Compute.Internals.Threading;

namespace UniRep.Compute.Internals.Training;

/// <summary>The threads of a trainer.</summary>
internal sealed class TrainingThreads : IDisposable
{
    private readonly StepBarrier _barrier;
    private readonly TrainingThread[] _threads;
    private Exception? _failure;

    /// <param name="count">The number of threads.</param>
    /// <param name="separateLanes">
    /// Whether each thread computes lanes of its own; otherwise all threads share the panels of each step.
    /// </param>
    public TrainingThreads(int count, bool separateLanes)
    {
        _barrier = new StepBarrier(count);
        var all = new PhasedWorkQueue(_barrier);
        _threads =
        [
            .. Enumerable
                .Range(0, count)
                .Select(rank =>
                {
                    var worker = all.WorkerOf(rank);
                    return separateLanes
                        ? new TrainingThread(
                            worker,
                            new PhasedWorkQueue(new StepBarrier(1)).WorkerOf(0),
                            rank,
                            count
                        )
                        : new TrainingThread(worker, worker, 0, 1);
                }),
        ];
    }

    /// <summary>Runs an action on every thread, and returns when all have ended.</summary>
    /// <exception cref="InvalidOperationException">An earlier call failed.</exception>
    /// <remarks>An exception of one thread ends the others and is thrown here. The threads cannot be used afterwards.</remarks>
    public void Run(Action<TrainingThread> action)
    {
        if (_failure is not null)
        {
            throw new InvalidOperationException(
                $"An earlier call failed ({_failure.Message}): make a new trainer.",
                _failure
            );
        }

        try
        {
            WorkerThreads.Run(
                _threads.Length,
                rank => action(_threads[rank]),
                _ => _barrier.Break()
            );
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }
    }

    public void Dispose() => Array.ForEach(_threads, thread => thread.Dispose());
}
