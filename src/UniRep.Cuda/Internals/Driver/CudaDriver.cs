using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>A loaded library of the NVIDIA driver, initialised. It stays loaded until the process ends.</summary>
internal sealed unsafe partial class CudaDriver
{
    /// <summary>The environment variable that names the driver's library where no path is given.</summary>
    public const string Variable = "UNIREP_CUDA_DRIVER";

    private readonly nint _library;

    /// <summary>Gets the path or name with which the library was loaded.</summary>
    public string Path { get; }

    /// <summary>Gets the newest version of CUDA that the driver supports.</summary>
    public Version Version { get; private set; } = new(0, 0);

    /// <summary>Gets whether there are tensor maps, which Hopper's kernels need.</summary>
    public bool HasTensorMaps => TensorMapEncodeTiled != null;

    /// <summary>Gets whether there are cooperative launches, which the kernel for few sequences needs.</summary>
    public bool HasCooperativeLaunch => LaunchCooperativeKernel != null;

    /// <summary>Gets the system's driver. On Windows its full path, so that no other folder is searched.</summary>
    public static string SystemName =>
        OperatingSystem.IsWindows()
            ? System.IO.Path.Combine(Environment.SystemDirectory, "nvcuda.dll")
            : "libcuda.so.1";

    /// <summary>Loads and initialises the driver.</summary>
    /// <param name="path">The library; null for the one that <see cref="Variable"/> names, or else the system's.</param>
    /// <exception cref="CudaUnavailableException">There is no driver, or it finds no device.</exception>
    public static CudaDriver Load(string? path)
    {
        var (chosen, origin) = Choose(path);
        var driver = new CudaDriver(chosen, Open(chosen, origin));
        var code = driver.Init(0);
        if (code != 0)
        {
            throw new CudaUnavailableException(
                $"the NVIDIA driver does not start: {driver.Error(code, "cuInit", null).Message}{VisibleDevices()}"
            );
        }

        int version;
        driver.Check(driver.DriverGetVersion(&version), "cuDriverGetVersion");
        driver.Version = new Version(version / 1000, version % 1000 / 10);
        return driver;
    }

    /// <summary>Gives the number of devices.</summary>
    public int CountDevices()
    {
        int count;
        Check(DeviceGetCount(&count), "cuDeviceGetCount");
        return count;
    }

    /// <summary>Throws if a call failed.</summary>
    /// <param name="code">Its return code.</param>
    /// <param name="call">The function of the driver.</param>
    /// <param name="subject">What the call was about, such as the name of a kernel; null for nothing.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int code, string call, string? subject = null)
    {
        if (code != 0)
        {
            throw Error(code, call, subject);
        }
    }

    private static (string Path, string Origin) Choose(string? path)
    {
        if (!string.IsNullOrEmpty(path))
        {
            return (FullPath(path), "");
        }

        var variable = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(variable)
            ? (SystemName, "")
            : (FullPath(variable), $" (named by the environment variable {Variable})");
    }

    /// <summary>Gives the full path of a file; a name that is no file is left for the system to find.</summary>
    private static string FullPath(string path) =>
        File.Exists(path) ? System.IO.Path.GetFullPath(path) : path;

    private static nint Open(string path, string origin)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException)
        {
            throw new CudaUnavailableException(
                $"no NVIDIA driver: {path}{origin} {(File.Exists(path) ? "cannot be loaded as a library" : "was not found")}"
            );
        }
        catch (BadImageFormatException)
        {
            throw new CudaUnavailableException(
                $"no NVIDIA driver: {path}{origin} is not a library for this processor"
            );
        }
    }

    /// <summary>Says if the environment hides devices, the common reason why a driver finds none.</summary>
    private static string VisibleDevices()
    {
        var visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
        return visible is null
            ? ""
            : $" (the environment variable CUDA_VISIBLE_DEVICES is \"{visible}\")";
    }

    private CudaException Error(int code, string call, string? subject)
    {
        byte* text = null;
        var name = GetErrorName(code, &text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : null;
        text = null;
        var description =
            GetErrorString(code, &text) == 0 ? Marshal.PtrToStringUTF8((nint)text) : null;
        description ??= "the driver does not describe this error";
        return new CudaException(
            call,
            code,
            name ?? "unknown error",
            subject is null ? description : $"{description}: {subject}"
        );
    }

    private nint Export(string name) =>
        NativeLibrary.TryGetExport(_library, name, out var address)
            ? address
            : throw new CudaUnavailableException(
                $"no NVIDIA driver that can be used: {Path} lacks the function {name}"
            );

    private nint OptionalExport(string name) =>
        NativeLibrary.TryGetExport(_library, name, out var address) ? address : 0;
}
