namespace UniRep.Compute.Internals.Scheduling;

/// <summary>Kept states, as many as fit a bound, used again and again.</summary>
internal sealed class StatePool(long bytes)
{
    private readonly Stack<float[]> _spare = new();
    private int _rented;

    /// <summary>Gives room for a state, or null if there is none.</summary>
    public float[]? Rent(int size)
    {
        if ((_rented + 1L) * size * sizeof(float) > bytes)
        {
            return null;
        }

        _rented++;
        return _spare.TryPop(out var state) ? state : new float[size];
    }

    public void Return(float[] state)
    {
        _rented--;
        _spare.Push(state);
    }
}
