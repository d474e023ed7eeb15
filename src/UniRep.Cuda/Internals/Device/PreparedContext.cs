namespace UniRep.Compute.Internals.Cuda;

/// <summary>A context that is made ahead of time on another thread, and kept until the process ends.</summary>
internal static class PreparedContext
{
    /// <summary>Keeps the contexts: the driver ends one that nobody holds.</summary>
    private static readonly List<CudaContext> Kept = [];

    /// <summary>Begins to make the context of a device. What fails is left to those who need it.</summary>
    public static void Begin(string? driverPath, int device) =>
        Task.Run(() =>
        {
            try
            {
                var context = CudaContext.Open(CudaDriver.Load(driverPath), device);
                lock (Kept)
                {
                    Kept.Add(context);
                }
            }
            catch (Exception error) when (error is CudaException or CudaUnavailableException)
            {
                // The engine that is made next meets the same error, and reports it.
            }
        });
}
