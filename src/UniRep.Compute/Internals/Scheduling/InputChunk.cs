namespace UniRep.Compute.Internals.Scheduling;

/// <summary>A part of the input. Duplicates and shared prefixes are found within it.</summary>
/// <param name="firstToken">The token before the first residue of each sequence.</param>
internal sealed class InputChunk(int firstToken)
{
    private readonly Dictionary<ReadOnlyMemory<byte>, Slot> _distinct = new(TokenComparer.Instance);

    /// <summary>The sequences, in the order of the input.</summary>
    public List<Slot> Slots { get; } = [];

    /// <summary>The number of distinct sequences.</summary>
    public int Distinct => _distinct.Count;

    /// <summary>Adds the next sequence of the input.</summary>
    public void Add(long index, ReadOnlyMemory<byte> tokens, InputSize size)
    {
        _distinct.TryGetValue(tokens, out var original);
        var slot = new Slot(index, tokens, size, firstToken) { DuplicateOf = original };
        Slots.Add(slot);
        if (original is null)
        {
            _distinct.Add(tokens, slot);
        }
        else
        {
            original.Copies++;
        }
    }

    /// <summary>Finds shared prefixes, once the chunk is full.</summary>
    /// <returns>The sequences that begin at the start token. The others branch off from them.</returns>
    public List<Slot> ShareBeginnings() => PrefixTree.Build([.. _distinct.Values]);

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
