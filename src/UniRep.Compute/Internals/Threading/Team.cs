namespace UniRep.Compute.Internals.Threading;

/// <summary>Threads that meet at a barrier after each part of their work, every one of them.</summary>
internal sealed class Team(int size)
{
    private readonly Gate _meetings = new();
    private int _arrived;

    /// <summary>Waits until every member is here.</summary>
    /// <exception cref="BrokenTeamException">A member failed.</exception>
    public void Wait()
    {
        if (size == 1)
        {
            return;
        }

        var meeting = _meetings.Number;
        if (Interlocked.Increment(ref _arrived) == size)
        {
            _arrived = 0;
            _meetings.Set(meeting + 1);
        }
        else
        {
            _meetings.WaitWhile(meeting, Gate.ShortestSpin);
        }
    }

    /// <summary>Ends the waiting of all members, now and later, because one of them failed.</summary>
    public void Break() => _meetings.Break();

    /// <summary>Takes the next number of a counter that the members share.</summary>
    public int Next(ref int counter) =>
        size == 1 ? counter++ : Interlocked.Increment(ref counter) - 1;
}
