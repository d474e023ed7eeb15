namespace UniRep.Compute.Internals;

/// <summary>
/// A bounded part of the input: its sequences in the order of the input, and the distinct ones longest first, so that
/// few lanes run alone at the end.
/// </summary>
internal sealed class Chunk
{
    private readonly Dictionary<ReadOnlyMemory<byte>, Slot> _distinct = new(TokenComparer.Instance);
    private Slot[] _byLength = [];
    private int _issued;

    public List<Slot> Slots { get; } = [];

    /// <summary>How many sequences have been handed to the sink.</summary>
    public int Delivered { get; set; }

    public int Distinct => _distinct.Count;

    public void Add(long index, ReadOnlyMemory<byte> tokens)
    {
        _distinct.TryGetValue(tokens, out var twin);
        var slot = new Slot(index, tokens) { Twin = twin };
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
    public void Sort() =>
        _byLength = [
            .. _distinct.Values.OrderByDescending(slot => slot.Steps).ThenBy(slot => slot.Index),
        ];

    /// <summary>Gives the longest sequence that nobody has begun.</summary>
    public Slot? Issue() => _issued < _byLength.Length ? _byLength[_issued++] : null;

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
