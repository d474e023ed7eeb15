using System.Text;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>Kernels on the device.</summary>
/// <param name="context">The context; made current.</param>
/// <param name="image">The compiled kernels: a fat binary.</param>
internal sealed unsafe class CudaModule(CudaContext context, ReadOnlySpan<byte> image)
    : CudaHandle(context, Load(context, image))
{
    /// <summary>Finds a kernel by its name.</summary>
    /// <exception cref="CudaException">There is none for this device.</exception>
    public CudaFunction Function(string name)
    {
        nint function;
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0'))
        {
            Driver.Check(
                Driver.ModuleGetFunction(&function, Handle, text),
                "cuModuleGetFunction",
                name
            );
        }

        return new CudaFunction(this, name, function);
    }

    protected override void Free(nint handle) => _ = Driver.ModuleUnload(handle);

    private static nint Load(CudaContext context, ReadOnlySpan<byte> image)
    {
        if (image.IsEmpty)
        {
            throw new ArgumentException("There are no compiled kernels.", nameof(image));
        }

        context.MakeCurrent();
        nint module;
        fixed (byte* bytes = image)
        {
            context.Driver.Check(context.Driver.ModuleLoadData(&module, bytes), "cuModuleLoadData");
        }

        return module;
    }
}
