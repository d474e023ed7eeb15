namespace UniRep.Compute.Internals.Scheduling;

/// <summary>The waiting sequences of one client, by class of length, each in the order in which they joined.</summary>
internal sealed class ClientQueue(string name)
{
    private readonly LinkedList<ContinuousSlot>[] _waiting =
    [
        .. Enumerable.Range(0, LengthClasses.Count).Select(_ => new LinkedList<ContinuousSlot>()),
    ];

    /// <summary>Gets the name of the client.</summary>
    public string Name => name;

    /// <summary>Gets or sets the positions that the client may begin in this turn.</summary>
    public long Credit { get; set; }

    /// <summary>Gets the number of waiting sequences.</summary>
    public int Count { get; private set; }

    public void Add(ContinuousSlot slot)
    {
        Count++;
        slot.Client = this;
        slot.Place = _waiting[slot.Class].AddLast(slot);
    }

    public void Remove(ContinuousSlot slot)
    {
        Count--;
        _waiting[slot.Class].Remove(slot.Place!);
        (slot.Client, slot.Place) = (null, null);
    }

    /// <summary>Gives the sequence that joined first, of the classes up to the longest allowed; null if there is none.</summary>
    public ContinuousSlot? First(int longestClass)
    {
        ContinuousSlot? first = null;
        for (var at = 0; at <= longestClass; at++)
        {
            var candidate = _waiting[at].First?.Value;
            if (candidate is not null && (first is null || candidate.Ticket < first.Ticket))
            {
                first = candidate;
            }
        }

        return first;
    }
}

/// <summary>
/// The waiting sequences of all clients. Clients take turns (deficit round robin): in its turn a client gets a credit of
/// positions and begins sequences until the credit is used up. So each gets the same share of the lanes, whatever the
/// number and the lengths of its sequences. Callers hold the lock of the run.
/// </summary>
internal sealed class ClientQueues
{
    /// <summary>The positions that a client may begin in a turn.</summary>
    private const int CreditPerTurn = 512;

    private readonly Dictionary<string, ClientQueue> _byName = [];

    /// <summary>The clients with waiting sequences, the one whose turn it is first.</summary>
    private readonly LinkedList<ClientQueue> _turns = new();

    /// <summary>Gets the number of waiting sequences.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the residues of the waiting sequences.</summary>
    public long Residues { get; private set; }

    /// <summary>Gets the number of clients with waiting sequences.</summary>
    public int Clients => _byName.Count;

    public void Add(ContinuousSlot slot, string client)
    {
        if (!_byName.TryGetValue(client, out var queue))
        {
            queue = new ClientQueue(client);
            _byName.Add(client, queue);
            _turns.AddLast(queue);
        }

        queue.Add(slot);
        Count++;
        Residues += slot.Tokens.Length;
    }

    /// <summary>Removes a sequence, wherever it waits.</summary>
    public void Remove(ContinuousSlot slot)
    {
        var queue = slot.Client!;
        queue.Remove(slot);
        Count--;
        Residues -= slot.Tokens.Length;
        if (queue.Count == 0)
        {
            _byName.Remove(queue.Name);
            _turns.Remove(queue);
        }
    }

    /// <summary>Gives whether a sequence up to a class of length waits.</summary>
    public bool HasUpTo(int longestClass)
    {
        foreach (var client in _turns)
        {
            if (client.First(longestClass) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the next sequence of the client whose turn it is; null if none up to a class of length waits.</summary>
    public ContinuousSlot? Take(int longestClass)
    {
        if (!HasUpTo(longestClass))
        {
            return null;
        }

        for (; ; )
        {
            var client = _turns.First!.Value;
            if (client.First(longestClass) is { } slot)
            {
                if (client.Credit >= slot.Steps || _turns.Count == 1)
                {
                    client.Credit = Math.Max(0, client.Credit - slot.Steps);
                    Remove(slot);
                    return slot;
                }

                client.Credit += CreditPerTurn;
            }

            _turns.RemoveFirst();
            _turns.AddLast(client);
        }
    }

    /// <summary>Gives all waiting sequences.</summary>
    public List<ContinuousSlot> ToList()
    {
        var all = new List<ContinuousSlot>(Count);
        while (Take(LengthClasses.Count - 1) is { } slot)
        {
            all.Add(slot);
        }

        return all;
    }
}
