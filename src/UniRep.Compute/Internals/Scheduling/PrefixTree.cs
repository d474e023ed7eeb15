namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// Finds the prefixes that sequences share. Sorted sequences are the leaves of a tree whose inner nodes are shared prefixes.
/// At each node, the child with the most work below it stays in the lane of the prefix; its siblings branch off. So every
/// position of the tree is computed once, and the longest path through it never waits for a lane.
/// </summary>
internal sealed class PrefixTree
{
    /// <summary>
    /// Shorter prefixes are not shared. Nearly every protein begins with M: all other lanes would wait for one.
    /// </summary>
    private const int ShortestShared = 8;

    private readonly int _depth;
    private readonly Slot? _leaf;
    private readonly List<PrefixTree> _children = [];

    /// <summary>The sequence that computes this node and stays in the lane.</summary>
    private Slot? _trunk;

    /// <summary>The number of positions of the tree below this node.</summary>
    private long _work;

    /// <summary>The depth of the deepest leaf.</summary>
    private int _reach;

    /// <summary>The lowest index of a leaf in the input.</summary>
    private long _firstIndex;

    private PrefixTree(int depth, Slot? leaf = null)
    {
        (_depth, _leaf, _trunk, _reach) = (depth, leaf, leaf, depth);
        _firstIndex = leaf?.Index ?? long.MaxValue;
    }

    /// <summary>Sets the branch points of sequences that share a prefix.</summary>
    /// <param name="slots">Distinct sequences in any order; the array is sorted.</param>
    /// <returns>The sequences that begin at the start token.</returns>
    public static List<Slot> Build(Slot[] slots)
    {
        Array.Sort(slots, (a, b) => a.Tokens.Span.SequenceCompareTo(b.Tokens.Span));
        var roots = new List<Slot>();
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
                roots.Add(last.TrunkWithReach());
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

        return roots;
    }

    private static int Shared(Slot a, Slot b)
    {
        var length = a.Tokens.Span.CommonPrefixLength(b.Tokens.Span);
        return length < ShortestShared ? 0 : length;
    }

    /// <summary>Gives the trunk, with the reach and the first index of the sequences that wait for it.</summary>
    private Slot TrunkWithReach()
    {
        (_trunk!.Reach, _trunk.FirstIndex) = (_reach, _firstIndex);
        return _trunk;
    }

    /// <summary>Chooses the trunk, once all children are known, and lets the other children branch off.</summary>
    private void Close()
    {
        var heaviest = _children.MaxBy(child => child._work + child._depth)!;
        _trunk = heaviest._trunk;
        var branch = new BranchPoint(_trunk!, _depth);
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
                branch.Complete.Add(leaf);
            }
            else
            {
                var trunk = child.TrunkWithReach();
                trunk.Origin = branch;
                branch.Waiting.Add(trunk);
            }
        }

        _trunk!.Branches.Push(branch);
    }
}
