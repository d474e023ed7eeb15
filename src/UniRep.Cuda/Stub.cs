namespace UniRep.Compute;
#pragma warning disable CS1591, CA1801
/// <summary>stub</summary>
public sealed class CudaRun : IDisposable {
  /// <summary>stub</summary>
  public bool Advance() => true;
  /// <summary>stub</summary>
  public void Dispose() {}
}
/// <summary>stub</summary>
public sealed class CudaEngine : IDisposable {
  /// <summary>stub</summary>
  public static CudaEngine Create(MlstmArrays arrays, CudaOptions options) => throw new CudaUnavailableException(CudaDevices.Find(options.DriverPath).Missing ?? "stub");
  public MlstmShape Shape => throw new NotImplementedException();
  public CudaDevice Device => throw new NotImplementedException();
  public CudaPrecision Precision => throw new NotImplementedException();
  public CudaRun Begin(ISequenceSource source, ISequenceSink sink, Outputs outputs, IProgress<long>? progress, CancellationToken cancellation) => throw new NotImplementedException();
  public ContinuousRun BeginContinuous(ContinuousRunOptions o) => throw new NotImplementedException();
  public void Dispose() {}
}
