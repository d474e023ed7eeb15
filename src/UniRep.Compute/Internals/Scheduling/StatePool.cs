namespace UniRep.Compute.Internals.Scheduling;

/// <summary>A pool of buffers for saved states, bounded in bytes.</summary>
internal sealed class StatePool(long bytes)
{
    private long _bytes = bytes;
    private readonly Stack<float[]> _spare = new();
    private int _rented;

    /// <summary>Sets the bound, before the first buffer is rented.</summary>
    public void Limit(long bytes) => _bytes = bytes;

    /// <summary>Gives a buffer for a state; null if the pool is used up.</summary>
    public float[]? Rent(int size)
    {
        if ((_rented + 1L) * size * sizeof(float) > _bytes)
        {
            return null;
        }

        _rented++;
        return _spare.TryPop(out var state) ? state : new float[size];
    }

    /// <summary>Takes a buffer back.</summary>
    public void Return(float[] state)
    {
        _rented--;
        _spare.Push(state);
    }
}
