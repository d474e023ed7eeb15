namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The sequences that can be begun. They go in the order of the input, so that results can be handed on soon; once no more
/// will be read, a long one goes first as soon as waiting longer would leave it in a lane alone at the end.
/// </summary>
internal sealed class ReadyQueue
{
    /// <summary>How many times the time left a sequence may take before it goes first.</summary>
    private const double Margin = 0.5;

    private readonly PriorityQueue<Slot, long> _next = new();
    private PriorityQueue<Slot, int>? _longest;

    /// <summary>Positions of the sequences that wait here.</summary>
    private long _work;

    public int Count { get; private set; }

    public void Add(Slot slot)
    {
        Count++;
        _work += slot.Remaining;
        _next.Enqueue(slot, slot.FirstIndex);
        _longest?.Enqueue(slot, -slot.Remaining);
    }

    /// <summary>Takes the one to begin next.</summary>
    /// <param name="isLast">Whether no more will be read.</param>
    /// <param name="lanes">All lanes of the run.</param>
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
            && longest.Remaining * (long)lanes > Margin * _work
                ? longest
                : Peek(_next)!;
        Count--;
        _work -= taken.Remaining;
        taken.IsBegun = true;
        return taken;
    }

    /// <summary>The first that has not been begun; it is in two queues, and taken from one.</summary>
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
