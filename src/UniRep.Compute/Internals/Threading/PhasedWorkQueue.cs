namespace UniRep.Compute.Internals.Threading;

/// <summary>
/// A work queue for the threads of a barrier. Work comes in phases: in each phase the threads take one item after another,
/// and no thread begins the next phase before all threads have ended this one.
/// </summary>
internal sealed class PhasedWorkQueue(StepBarrier barrier)
{
    /// <summary>Puts each counter on cache lines of its own.</summary>
    private const int Spacing = 32;
    private readonly int[] _counters = new int[4 * Spacing];

    private ref int Counter(int phase) => ref _counters[(phase & 3) * Spacing];

    /// <summary>Gives a thread's access to the queue; once for each rank.</summary>
    public Worker WorkerOf(int rank) => new(this, barrier, rank);

    /// <summary>One thread's access to the queue.</summary>
    internal sealed class Worker(PhasedWorkQueue queue, StepBarrier barrier, int rank)
    {
        private int _phase;

        /// <summary>Whether this is the thread for work that cannot be shared.</summary>
        public bool IsFirst => rank == 0;

        /// <summary>Takes the next item of this phase; false if none is left.</summary>
        /// <param name="count">The number of items of the phase.</param>
        /// <param name="item">The item, from 0.</param>
        public bool TryTake(int count, out int item)
        {
            ref var counter = ref queue.Counter(_phase);
            item = barrier.Threads == 1 ? counter++ : Interlocked.Increment(ref counter) - 1;
            return item < count;
        }

        /// <summary>Waits until all threads have ended this phase.</summary>
        /// <exception cref="BrokenBarrierException">A thread failed.</exception>
        public void EndPhase()
        {
            barrier.SignalAndWait();
            _phase++;
            if (rank == 0)
            {
                // No thread is in the phase before this one, and none can reach the phase after the next.
                queue.Counter(_phase + 2) = 0;
            }
        }
    }
}
