namespace UniRep.Compute.Internals.Cuda;

/// <summary>Compiled kernels: a fat binary with the code of several architectures, of which the driver takes one.</summary>
internal sealed class KernelImage(byte[] bytes)
{
    /// <summary>The kernels that compute vectors, hidden states and logits.</summary>
    public const string Scan = "mlstm.fatbin";

    /// <summary>The kernels of training.</summary>
    public const string Training = "training.fatbin";

    /// <summary>The kernels that measure the peak of a device.</summary>
    public const string Peak = "peak.fatbin";

    /// <summary>Gets the image.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Reads kernels that this assembly carries.</summary>
    /// <param name="name">The name of the resource.</param>
    /// <exception cref="InvalidOperationException">The assembly was built without them.</exception>
    public static KernelImage Embedded(string name)
    {
        using var stream =
            typeof(KernelImage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException(
                $"This build has no kernels for GPUs: {name} was missing when it was made. eng/build-kernels.sh makes it."
            );
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new KernelImage(bytes);
    }
}
