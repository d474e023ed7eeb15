namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The sequences that are ready to be computed. They are taken in the order of the input, so that results can be delivered
/// soon. Once the source is exhausted, a long sequence is taken first if it would otherwise be alone in a lane at the end.
/// </summary>
internal sealed class ReadyQueue
{
    /// <summary>A sequence is taken first if it takes more than this fraction of the time that is left.</summary>
    private const double LongestShare = 0.5;

    private readonly PriorityQueue<Slot, long> _next = new();
    private PriorityQueue<Slot, int>? _longest;

    /// <summary>The positions of all sequences of the queue.</summary>
    private long _work;

    public int Count { get; private set; }

    public void Add(Slot slot)
    {
        Count++;
        _work += slot.Remaining;
        _next.Enqueue(slot, slot.FirstIndex);
        _longest?.Enqueue(slot, -slot.Remaining);
    }

    /// <summary>Takes the sequence to begin next; null if there is none.</summary>
    /// <param name="isLast">Whether the source is exhausted.</param>
    /// <param name="lanes">The number of lanes of all groups.</param>
    public Slot? Take(bool isLast, int lanes)
    {
        if (Count == 0)
        {
            return null;
        }

        if (isLast && _longest is null)
        {
            _longest = new PriorityQueue<Slot, int>();
            foreach (var (slot, _) in _next.UnorderedItems)
            {
                if (!slot.IsBegun)
                {
                    _longest.Enqueue(slot, -slot.Remaining);
                }
            }
        }

        var taken =
            _longest is not null
            && Peek(_longest) is { } longest
            && longest.Remaining * (long)lanes > LongestShare * _work
                ? longest
                : Peek(_next)!;
        Count--;
        _work -= taken.Remaining;
        taken.IsBegun = true;
        return taken;
    }

    /// <summary>Gives the first sequence that is not begun. Each is in both queues and is taken from one.</summary>
    private static Slot? Peek<TPriority>(PriorityQueue<Slot, TPriority> queue)
    {
        while (queue.TryPeek(out var slot, out _))
        {
            if (!slot.IsBegun)
            {
                return slot;
            }

            queue.Dequeue();
        }

        return null;
    }
}
