namespace UniRep.Compute.Internals.Cuda;

/// <summary>A point in the work of a stream. The context must be current on the calling thread.</summary>
/// <param name="context">The context; made current.</param>
/// <param name="isTimed">Whether the device notes the time, for <see cref="MillisecondsSince"/>.</param>
/// <param name="isBlocking">Whether <see cref="Synchronize"/> sleeps instead of keeping a core busy.</param>
internal sealed unsafe class CudaEvent(
    CudaContext context,
    bool isTimed = false,
    bool isBlocking = false
) : CudaHandle(context, Create(context, isTimed, isBlocking))
{
    private const uint BlockingSync = 1;
    private const uint DisableTiming = 2;

    /// <summary>Gets whether the work before the event is done. True if it was never recorded.</summary>
    public bool IsDone
    {
        get
        {
            var code = Driver.EventQuery(Handle);
            if (code == DriverCode.NotReady)
            {
                return false;
            }

            Driver.Check(code, "cuEventQuery");
            return true;
        }
    }

    /// <summary>Places the event after the work that the stream has now.</summary>
    public void Record(CudaStream stream) =>
        Driver.Check(Driver.EventRecord(Handle, stream.Handle), "cuEventRecord");

    /// <summary>Waits until the work before the event is done.</summary>
    public void Synchronize() =>
        Driver.Check(Driver.EventSynchronize(Handle), "cuEventSynchronize");

    /// <summary>Gives the time between two timed events that are done, in milliseconds.</summary>
    public float MillisecondsSince(CudaEvent start)
    {
        float milliseconds;
        Driver.Check(
            Driver.EventElapsedTime(&milliseconds, start.Handle, Handle),
            "cuEventElapsedTime"
        );
        return milliseconds;
    }

    protected override void Free(nint handle) => _ = Driver.EventDestroy(handle);

    private static nint Create(CudaContext context, bool isTimed, bool isBlocking)
    {
        context.MakeCurrent();
        nint @event;
        context.Driver.Check(
            context.Driver.EventCreate(
                &@event,
                (isTimed ? 0 : DisableTiming) | (isBlocking ? BlockingSync : 0)
            ),
            "cuEventCreate"
        );
        return @event;
    }
}
