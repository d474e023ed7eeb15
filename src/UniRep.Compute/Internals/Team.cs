namespace UniRep.Compute.Internals;

/// <summary>Threads that take every step together: a barrier, and numbers of which each is given to one of them.</summary>
internal sealed class Team(int size)
{
    private const int Spins = 500;
    private const int Yields = 20_000;
    private int _arrived;
    private int _generation;

    public int Size => size;

    /// <summary>
    /// Waits until every member is here: first on the spot, then giving way to other threads of a busy machine, then
    /// asleep, so that a source that blocks burns no core.
    /// </summary>
    public void Wait()
    {
        if (size == 1)
        {
            return;
        }

        var generation = Volatile.Read(ref _generation);
        if (Interlocked.Increment(ref _arrived) == size)
        {
            Volatile.Write(ref _arrived, 0);
            Volatile.Write(ref _generation, generation + 1);
            return;
        }

        for (var turn = 0; Volatile.Read(ref _generation) == generation; turn++)
        {
            if (turn < Spins)
            {
                Thread.SpinWait(1);
            }
            else if (turn < Yields)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>Takes the next number of a counter that the members share.</summary>
    public int Next(ref int counter) =>
        size == 1 ? counter++ : Interlocked.Increment(ref counter) - 1;
}
