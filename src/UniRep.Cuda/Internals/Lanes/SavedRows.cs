using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// The rows of a batch that hold the states of branch points. The state that a branch point keeps is one number: its row.
/// </summary>
internal sealed class SavedRows
{
    private readonly Stack<int> _free = new();

    public SavedRows(ICudaBatch batch)
    {
        for (var row = batch.Rows + batch.SavedRows - 1; row >= batch.Rows; row--)
        {
            _free.Push(row);
        }
    }

    /// <summary>The floats of the state that a branch point keeps.</summary>
    public const int StateSize = 1;

    /// <summary>Gives the bytes of all the states that can be kept.</summary>
    public static long StateBytes(int savedRows) => (long)savedRows * StateSize * sizeof(float);

    /// <summary>Gets whether there is a row for one more state.</summary>
    public bool HasFree => _free.Count > 0;

    /// <summary>Takes a row for a state.</summary>
    /// <param name="state">Is set to the row.</param>
    public int Take(float[] state)
    {
        var row = _free.Pop();
        state[0] = row;
        return row;
    }

    /// <summary>Counts that one sequence begins at a state; the last one frees the row.</summary>
    /// <returns>The row.</returns>
    public int Release(BranchPoint branch, ILaneWork work)
    {
        var row = (int)branch.State![0];
        if (branch.StateUsers == 1)
        {
            _free.Push(row);
        }

        work.ReleaseState(branch);
        return row;
    }
}
