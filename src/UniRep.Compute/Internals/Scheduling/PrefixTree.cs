namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// Finds what sequences have in common at their beginnings. Sorted, they are the leaves of a tree whose inner nodes are
/// shared prefixes. From each node the child with the most work below it goes on in the same lane; its siblings fork off.
/// So every position of the tree is computed once, and the longest way through it never waits for a lane.
/// </summary>
internal sealed class PrefixTree
{
    /// <summary>
    /// Shorter prefixes are not shared: nearly every protein begins with M, and one lane would run alone for all the
    /// others.
    /// </summary>
    private const int ShortestShared = 8;

    private readonly int _depth;
    private readonly Slot? _leaf;
    private readonly List<PrefixTree> _children = [];

    /// <summary>The sequence that goes through this node and on.</summary>
    private Slot? _stem;

    /// <summary>Positions of the tree below the node's depth.</summary>
    private long _work;

    /// <summary>The depth of the deepest leaf.</summary>
    private int _reach;

    /// <summary>The lowest index of a leaf.</summary>
    private long _firstIndex;

    private PrefixTree(int depth, Slot? leaf = null)
    {
        (_depth, _leaf, _stem, _reach) = (depth, leaf, leaf, depth);
        _firstIndex = leaf?.Index ?? long.MaxValue;
    }

    /// <summary>Gives every sequence that shares a beginning its forks, and returns those that begin at start.</summary>
    /// <param name="slots">Distinct sequences in any order; they are sorted.</param>
    public static List<Slot> Share(Slot[] slots)
    {
        Array.Sort(slots, (a, b) => a.Tokens.Span.SequenceCompareTo(b.Tokens.Span));
        var begin = new List<Slot>();
        var open = new Stack<PrefixTree>();
        for (var next = 1; next <= slots.Length; next++)
        {
            var slot = slots[next - 1];
            var shared = next < slots.Length ? Shared(slot, slots[next]) : 0;
            var last = new PrefixTree(slot.Tokens.Length, slot);
            while (open.TryPeek(out var top) && top._depth > shared)
            {
                open.Pop();
                top._children.Add(last);
                top.Close();
                last = top;
            }

            if (shared < ShortestShared)
            {
                begin.Add(last.Stem());
            }
            else if (open.TryPeek(out var same) && same._depth == shared)
            {
                same._children.Add(last);
            }
            else
            {
                var node = new PrefixTree(shared);
                node._children.Add(last);
                open.Push(node);
            }
        }

        return begin;
    }

    private static int Shared(Slot a, Slot b)
    {
        var length = a.Tokens.Span.CommonPrefixLength(b.Tokens.Span);
        return length < ShortestShared ? 0 : length;
    }

    /// <summary>The sequence that goes through this node, told what waits for it.</summary>
    private Slot Stem()
    {
        (_stem!.Reach, _stem.FirstIndex) = (_reach, _firstIndex);
        return _stem;
    }

    /// <summary>Chooses who goes on, once all children are known, and lets the others fork off.</summary>
    private void Close()
    {
        var heaviest = _children.MaxBy(child => child._work + child._depth)!;
        _stem = heaviest._stem;
        var fork = new Fork(_stem!, _depth);
        foreach (var child in _children)
        {
            _work += child._work + child._depth - _depth;
            _reach = Math.Max(_reach, child._reach);
            _firstIndex = Math.Min(_firstIndex, child._firstIndex);
            if (child == heaviest)
            {
                continue;
            }

            if (child._leaf is { } leaf && child._depth == _depth)
            {
                fork.Ended.Add(leaf);
            }
            else
            {
                var stem = child.Stem();
                stem.Origin = fork;
                fork.Waiting.Add(stem);
            }
        }

        _stem!.Forks.Push(fork);
    }
}
