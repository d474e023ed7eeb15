namespace UniRep.Compute.Internals.Cuda;

/// <summary>
/// Something of the driver that is freed once, at the latest when nothing refers to it. Freeing throws nothing: after an error
/// of the context every call repeats that error. Work in flight does not keep it: its owner must refer to it until then.
/// </summary>
internal abstract class CudaHandle : IDisposable
{
    private nint _handle;

    /// <param name="context">The context in which it was made.</param>
    /// <param name="handle">The handle, which is now this object's to free.</param>
    protected CudaHandle(CudaContext context, nint handle)
    {
        Context = context;
        context.AddReference();
        _handle = handle;
    }

    ~CudaHandle() => Release();

    public CudaContext Context { get; }

    /// <summary>Gets the handle.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public nint Handle
    {
        get
        {
            var handle = _handle;
            ObjectDisposedException.ThrowIf(handle == 0, this);
            return handle;
        }
    }

    protected CudaDriver Driver => Context.Driver;

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the handle. The context is current. Return codes are ignored.</summary>
    protected abstract void Free(nint handle);

    private void Release()
    {
        // Zero where the constructor of a derived class threw before there was a handle.
        var handle = Interlocked.Exchange(ref _handle, 0);
        if (handle != 0)
        {
            Context.MakeCurrentToFree();
            Free(handle);
            Context.RemoveReference();
        }
    }
}
