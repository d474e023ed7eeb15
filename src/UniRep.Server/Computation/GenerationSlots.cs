using Microsoft.Extensions.Options;
using UniRep.Server.Errors;
using UniRep.Server.Hosting;

namespace UniRep.Server.Computation;

/// <summary>
/// Bounds the requests that generate at a time. Each is a run of its own beside the batch that other requests join: the
/// operating system shares the processor among them.
/// </summary>
internal sealed class GenerationSlots(IOptions<ServerOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.MaxGenerations);

    /// <summary>Gets the number of requests that generate at this moment.</summary>
    public int Used => options.Value.MaxGenerations - _free.CurrentCount;

    /// <summary>Takes a slot, which is free again when the result is disposed.</summary>
    /// <exception cref="RequestException">None is free.</exception>
    public IDisposable Take() =>
        _free.Wait(0)
            ? new Slot(_free)
            : throw RequestException.TooManyGenerations(options.Value.MaxGenerations);

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
