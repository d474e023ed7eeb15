namespace UniRep.Server.Hosting;

/// <summary>Where the server is between its start and its end.</summary>
public enum ServerPhase
{
    /// <summary>It listens, but has not computed anything yet.</summary>
    Starting,

    /// <summary>It takes requests.</summary>
    Ready,

    /// <summary>It answers what it has accepted and refuses what is new.</summary>
    Draining,
}

/// <summary>The phase of the server, and what it still has to answer.</summary>
public sealed class ServerState
{
    private volatile int _phase;
    private int _requests;
    private int _connections;

    /// <summary>Gets the phase.</summary>
    public ServerPhase Phase => (ServerPhase)_phase;

    /// <summary>Gets the number of accepted requests that are not answered yet.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Gets the number of open connections.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Becomes ready, unless the server drains already.</summary>
    public void BecomeReady() =>
        Interlocked.CompareExchange(ref _phase, (int)ServerPhase.Ready, (int)ServerPhase.Starting);

    /// <summary>Stops taking requests, for good.</summary>
    public void StartDraining() => Interlocked.Exchange(ref _phase, (int)ServerPhase.Draining);

    /// <summary>
    /// Accepts a request, unless the server is draining. The caller calls <see cref="Answered"/> after an accepted one.
    /// </summary>
    public bool TryAccept()
    {
        // Counted first, so that whoever waits for zero after the change of phase sees every accepted request.
        Interlocked.Increment(ref _requests);
        if (Phase != ServerPhase.Draining)
        {
            return true;
        }

        Answered();
        return false;
    }

    /// <summary>Notes that an accepted request is over.</summary>
    public void Answered() => Interlocked.Decrement(ref _requests);

    internal void Connected() => Interlocked.Increment(ref _connections);

    internal void Disconnected() => Interlocked.Decrement(ref _connections);
}
