using System.Collections.Concurrent;

namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// Threads that stay for the next run: a run of one short sequence takes less time than starting threads for it. A
/// thread that has had nothing to do for a while ends.
/// </summary>
internal static class Crew
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentStack<Worker> Idle = new();

    /// <summary>
    /// Runs an action for every number below a count at the same time, 0 on this thread, and returns when all have ended.
    /// Numbers whose thread has not begun when 0 is done are left out: what they were to help with is done.
    /// </summary>
    /// <param name="count">How many.</param>
    /// <param name="action">What each does.</param>
    /// <param name="onFailure">Told of an exception, to end the others where they wait for one another.</param>
    /// <remarks>The first exception of any of them, or of starting their threads, comes out here.</remarks>
    public static void Run(int count, Action<int> action, Action<Exception> onFailure)
    {
        var work = new SharedWork(count, action, onFailure);
        try
        {
            for (var member = 1; member < count; member++)
            {
                var rank = member;
                Start(() => work.Do(rank));
            }
        }
        catch (Exception exception)
        {
            work.Fail(exception);
        }

        work.Do(0);
        work.Join();
    }

    /// <summary>Runs an action on a thread of its own.</summary>
    public static void Start(Action action)
    {
        while (Idle.TryPop(out var worker))
        {
            if (worker.TryGive(action))
            {
                return;
            }
        }

        new Worker().TryGive(action);
    }

    /// <summary>One thread, and what it is to do next.</summary>
    private sealed class Worker
    {
        private readonly SemaphoreSlim _given = new(0);
        private readonly Lock _gate = new();
        private Action? _action;
        private bool _ended;

        public Worker() => new Thread(Work) { IsBackground = true, Name = "UniRep engine" }.Start();

        /// <summary>Gives it something to do that raises nothing, unless it has ended.</summary>
        public bool TryGive(Action action)
        {
            lock (_gate)
            {
                if (_ended)
                {
                    return false;
                }

                _action = action;
                _given.Release();
                return true;
            }
        }

        private void Work()
        {
            for (; ; )
            {
                if (!_given.Wait(Patience))
                {
                    if (End())
                    {
                        return;
                    }

                    _given.Wait();
                }

                _action!();
                _action = null;
                Idle.Push(this);
            }
        }

        /// <summary>Ends, unless something was given at the last moment.</summary>
        private bool End()
        {
            lock (_gate)
            {
                _ended = _action is null;
            }

            return _ended;
        }
    }
}
