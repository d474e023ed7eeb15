namespace UniRep.Compute.Internals.Threading;

/// <summary>Ends the work of a thread because another thread failed. That thread has the reason.</summary>
internal sealed class BrokenBarrierException : Exception;
