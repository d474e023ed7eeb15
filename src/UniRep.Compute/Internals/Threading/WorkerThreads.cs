using System.Collections.Concurrent;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// A pool of worker threads. Threads are kept for the next run, because starting them takes longer than a run of one short
/// sequence. A thread ends after five seconds without work.
/// </summary>
internal static class WorkerThreads
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentStack<Worker> Idle = new();

    /// <summary>
    /// Runs an action for every rank below a count at the same time, and returns when all have ended. Rank 0 runs on the
    /// calling thread. A rank whose thread has not started when rank 0 ends is skipped: its work is done already.
    /// </summary>
    /// <param name="count">The number of ranks.</param>
    /// <param name="action">The work of one rank. Ranks share their work, and idle threads take over what is left.</param>
    /// <param name="onFailure">Called with an exception of any rank; must end the waiting of the others.</param>
    /// <remarks>Throws the first exception of any rank, or of starting a thread.</remarks>
    public static void Run(int count, Action<int> action, Action<Exception> onFailure)
    {
        var job = new ParallelJob(count, action, onFailure);
        try
        {
            for (var next = 1; next < count; next++)
            {
                var rank = next;
                Start(() => job.Run(rank));
            }
        }
        catch (Exception exception)
        {
            job.Fail(exception);
        }

        job.Run(0);
        job.Join();
    }

    /// <summary>Runs an action on a worker thread. The action must not throw.</summary>
    public static void Start(Action action)
    {
        while (Idle.TryPop(out var worker))
        {
            if (worker.TryAssign(action))
            {
                return;
            }
        }

        new Worker().TryAssign(action);
    }

    /// <summary>One thread and its next action.</summary>
    private sealed class Worker
    {
        private readonly SemaphoreSlim _assigned = new(0);
        private readonly Lock _lock = new();
        private Action? _action;
        private bool _hasEnded;

        public Worker() => new Thread(Work) { IsBackground = true, Name = "UniRep engine" }.Start();

        /// <summary>Assigns an action; false if the thread has ended.</summary>
        public bool TryAssign(Action action)
        {
            lock (_lock)
            {
                if (_hasEnded)
                {
                    return false;
                }

                _action = action;
                _assigned.Release();
                return true;
            }
        }

        private void Work()
        {
            for (; ; )
            {
                if (!_assigned.Wait(IdleLimit))
                {
                    if (TryEnd())
                    {
                        return;
                    }

                    _assigned.Wait();
                }

                _action!();
                _action = null;
                Idle.Push(this);
            }
        }

        /// <summary>Ends the thread, unless an action was assigned at the last moment.</summary>
        private bool TryEnd()
        {
            lock (_lock)
            {
                _hasEnded = _action is null;
            }

            return _hasEnded;
        }
    }
}
