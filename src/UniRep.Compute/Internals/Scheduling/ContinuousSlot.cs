namespace UniRep.Compute.Internals.Scheduling;

/// <summary>One sequence of a continuous run.</summary>
internal sealed class ContinuousSlot(int index, SequenceRequest request)
    : Slot(index, request.Tokens, default)
{
    /// <summary>The stages of a sequence.</summary>
    public enum Stage
    {
        /// <summary>It waits in the queue of its client.</summary>
        Waiting,

        /// <summary>It is in a lane.</summary>
        InLane,

        /// <summary>Its result is on the way to the receiver, or it was cancelled.</summary>
        Ended,
    }

    /// <summary>Gets what was asked for.</summary>
    public SequenceRequest Request => request;

    /// <summary>Gets or sets the stage. The lock of the queue guards it, as well as the rest.</summary>
    public Stage State { get; set; }

    /// <summary>Gets or sets the order in which it joined.</summary>
    public long Ticket { get; set; }

    /// <summary>Gets or sets the queue of its client.</summary>
    public ClientQueue? Client { get; set; }

    /// <summary>Gets or sets its place in that queue.</summary>
    public LinkedListNode<ContinuousSlot>? Place { get; set; }

    /// <summary>Gets or sets the registration of its cancellation.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Gets its class of length.</summary>
    public int Class { get; } = LengthClasses.Of(request.Tokens.Length);

    /// <summary>Hands the result to the receiver.</summary>
    /// <param name="units">The number of units of the model.</param>
    public void Deliver(int units)
    {
        try
        {
            var vectors = Vectors.AsSpan();
            request.Receiver.Complete(
                new SequenceOutput
                {
                    Length = Tokens.Length,
                    Average = vectors[..units],
                    Final = vectors.Slice(units, units),
                    Cell = vectors.Slice(2 * units, units),
                    HiddenStates = HiddenStates,
                    Logits = Logits,
                }
            );
        }
        catch (Exception exception)
        {
            request.Receiver.Fail(exception);
        }
    }
}
