namespace UniRep.Compute.Internals;

/// <summary>
/// A bounded part of the input: its sequences in the order of the input, and those that can be begun, with the longest
/// way to go first, so that few lanes run alone at the end.
/// </summary>
internal sealed class Chunk
{
    private readonly Dictionary<ReadOnlyMemory<byte>, Slot> _distinct = new(TokenComparer.Instance);
    private readonly PriorityQueue<Slot, (int Remaining, long Index)> _ready = new();
    private int _waiting;

    public List<Slot> Slots { get; } = [];

    /// <summary>How many sequences have been handed to the sink.</summary>
    public int Delivered { get; set; }

    public int Distinct => _distinct.Count;

    /// <summary>Whether sequences have not been begun yet.</summary>
    public bool HasMore => _ready.Count + _waiting > 0;

    public void Add(long index, ReadOnlyMemory<byte> tokens)
    {
        _distinct.TryGetValue(tokens, out var twin);
        var slot = new Slot(this, index, tokens) { Twin = twin };
        Slots.Add(slot);
        if (twin is null)
        {
            _distinct.Add(tokens, slot);
        }
        else
        {
            twin.Copies++;
        }
    }

    /// <summary>Ends the filling.</summary>
    public void Close()
    {
        var slots = _distinct.Values.ToArray();
        var first = PrefixTree.Share(slots);
        first.ForEach(Enqueue);
        _waiting = slots.Count(slot => slot.Origin is not null);
    }

    /// <summary>Lets the sequences that waited at a fork begin.</summary>
    public void Open(Fork fork)
    {
        fork.Waiting.ForEach(Enqueue);
        _waiting -= fork.Waiting.Count;
    }

    /// <summary>Gives the sequence that has the longest way to go of those that can be begun.</summary>
    public Slot? Issue() => _ready.TryDequeue(out var slot, out _) ? slot : null;

    private void Enqueue(Slot slot) =>
        _ready.Enqueue(slot, (slot.Position - slot.Reach, slot.Index));

    private sealed class TokenComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static readonly TokenComparer Instance = new();

        public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) =>
            x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<byte> tokens)
        {
            var hash = new HashCode();
            hash.AddBytes(tokens.Span);
            return hash.ToHashCode();
        }
    }
}
