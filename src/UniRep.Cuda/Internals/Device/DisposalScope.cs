namespace UniRep.Compute.Internals.Cuda;

/// <summary>Disposes what was added to it, the last first; also where making the next one throws.</summary>
internal sealed class DisposalScope : IDisposable
{
    private readonly Stack<IDisposable> _owned = [];

    /// <summary>Takes something over.</summary>
    public T Add<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    public void Dispose()
    {
        while (_owned.TryPop(out var owned))
        {
            owned.Dispose();
        }
    }
}
