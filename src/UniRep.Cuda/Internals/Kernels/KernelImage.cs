namespace UniRep.Compute.Internals.Cuda;

/// <summary>The compiled kernels: a fat binary with the code of several architectures, of which the driver takes one.</summary>
internal sealed class KernelImage(byte[] bytes)
{
    /// <summary>The resource of this assembly that holds the kernels.</summary>
    public const string Resource = "mlstm.fatbin";

    /// <summary>Gets the image.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>Reads the kernels that this assembly carries.</summary>
    /// <exception cref="InvalidOperationException">The assembly was built without them.</exception>
    public static KernelImage Embedded()
    {
        using var stream =
            typeof(KernelImage).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException(
                $"This build has no kernels for GPUs: {Resource} was missing when it was made. eng/build-kernels.sh makes it."
            );
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new KernelImage(bytes);
    }
}
