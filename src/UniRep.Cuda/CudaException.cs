namespace UniRep.Compute;

/// <summary>An error that the NVIDIA driver reports.</summary>
/// <param name="call">The function of the driver, such as cuMemAlloc.</param>
/// <param name="code">Its return code.</param>
/// <param name="name">The name of the code, such as CUDA_ERROR_OUT_OF_MEMORY.</param>
/// <param name="description">What the driver says of it.</param>
public sealed class CudaException(string call, int code, string name, string description)
    : Exception($"{call}: {name} ({code}): {description}")
{
    /// <summary>The code of a lack of device memory.</summary>
    private const int OutOfMemory = 2;

    /// <summary>Gets the function of the driver.</summary>
    public string Call { get; } = call;

    /// <summary>Gets the return code.</summary>
    public int Code { get; } = code;

    /// <summary>Gets the name of the code.</summary>
    public string Name { get; } = name;

    /// <summary>Gets whether the device has too little memory.</summary>
    public bool IsOutOfMemory => Code == OutOfMemory;
}
