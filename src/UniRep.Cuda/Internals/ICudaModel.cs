namespace UniRep.Compute.Internals.Cuda;

/// <summary>A model in the memory of a device.</summary>
internal interface ICudaModel : IDisposable
{
    /// <summary>Gets the sizes of the model.</summary>
    MlstmShape Shape { get; }

    /// <summary>Gets the device.</summary>
    CudaDevice Device { get; }

    /// <summary>Makes rows with their states. Each batch may be used by a thread of its own.</summary>
    /// <param name="rows">The number of rows; 0 to choose by the model and the memory of the device.</param>
    /// <param name="outputs">The outputs in addition to the vectors.</param>
    /// <exception cref="CudaException">The device has too little memory, among others.</exception>
    ICudaBatch CreateBatch(int rows, Outputs outputs);

    /// <summary>Measures the peak of the device, in the context of the model. What fails becomes the reason.</summary>
    CudaPeak MeasurePeak();
}
