namespace UniRep.Compute.Internals.Scheduling;

/// <summary>A part of the input within which equal sequences and shared beginnings are found.</summary>
internal sealed class Chunk
{
    private readonly Dictionary<ReadOnlyMemory<byte>, Slot> _distinct = new(TokenComparer.Instance);

    /// <summary>Its sequences, in the order of the input.</summary>
    public List<Slot> Slots { get; } = [];

    public int Distinct => _distinct.Count;

    public void Add(long index, ReadOnlyMemory<byte> tokens, Amount amount)
    {
        _distinct.TryGetValue(tokens, out var twin);
        var slot = new Slot(index, tokens, amount) { Twin = twin };
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

    /// <summary>Ends the filling, and gives the sequences that begin at start; the others fork off from them.</summary>
    public List<Slot> Close() => PrefixTree.Share([.. _distinct.Values]);

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
