using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The copies of states between two steps, in the only order that they may have: states of branch points are saved, then
/// sequences begin at saved states, then sequences move to other rows.
/// </summary>
internal sealed class PendingCopies
{
    private readonly List<RowPair> _saves = [];
    private readonly List<RowPair> _restores = [];
    private readonly List<RowPair> _moves = [];

    public void Save(int row, int saved) => _saves.Add(new RowPair(row, saved));

    public void Restore(int saved, int row) => _restores.Add(new RowPair(saved, row));

    public void Move(int row, int to) => _moves.Add(new RowPair(row, to));

    /// <summary>Adds the copies to a chunk, before its next step.</summary>
    public void AddTo(ICudaChunk chunk)
    {
        Add(chunk, _saves);
        Add(chunk, _restores);
        Add(chunk, _moves);
    }

    private static void Add(ICudaChunk chunk, List<RowPair> pairs)
    {
        if (pairs.Count > 0)
        {
            chunk.CopyRows(CollectionsMarshal.AsSpan(pairs));
            pairs.Clear();
        }
    }
}
