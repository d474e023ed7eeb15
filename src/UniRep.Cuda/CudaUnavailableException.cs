namespace UniRep.Compute;

/// <summary>The error that no GPU can be used: the driver is missing, or the device is not fit for the engine.</summary>
/// <param name="reason">Why, in a sentence.</param>
public sealed class CudaUnavailableException(string reason) : Exception(reason);
