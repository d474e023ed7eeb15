using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace UniRep.Tests;

/// <summary>A library of FakeDriver.c with a state of its own. Without gcc the test is skipped.</summary>
internal sealed unsafe class FakeDriver : IDisposable
{
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> _compiled = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("unirep-fake-").FullName;
    private readonly nint _library;

    private FakeDriver(string definition)
    {
        Path = System.IO.Path.Combine(_folder, "libfake.so");
        File.WriteAllBytes(Path, Compile(definition));
        _library = NativeLibrary.Load(Path);
    }

    public string Path { get; }

    /// <summary>Gets all calls so far in their order, with what the fake notes of them.</summary>
    public string[] Log => Text("fake_log").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Gets the names of all calls so far.</summary>
    public string[] Calls => [.. Log.Select(line => line.Split(' ')[0])];

    public string Complaints => Text("fake_complaints");

    /// <summary>Gets the number of memories, streams, events and modules that are not freed.</summary>
    public int Live => ((delegate* unmanaged<int>)Export("fake_live"))();

    /// <summary>Gets the number of contexts that are not released.</summary>
    public int Contexts => ((delegate* unmanaged<int>)Export("fake_contexts"))();

    public static FakeDriver Create() => new("DRIVER");

    /// <summary>A driver without cooperative launches and tensor maps.</summary>
    public static FakeDriver CreateOld() => new("OLD");

    /// <summary>
    /// A driver whose devices have the name of an H100, and its clock and multiprocessors. It has the kernels that measure a
    /// peak, which do nothing; the others do not have them.
    /// </summary>
    public static FakeDriver CreateNamed() => new("NAMED");

    /// <summary>A library without cuMemsetD8Async.</summary>
    public static FakeDriver CreateBroken() => new("BROKEN");

    /// <summary>Lets every call of a function fail from now on.</summary>
    public void Fail(string export, int code)
    {
        var name = Marshal.StringToCoTaskMemUTF8(export);
        ((delegate* unmanaged<nint, int, void>)Export("fake_fail"))(name, code);
        Marshal.FreeCoTaskMem(name);
    }

    /// <summary>Lets every call that needs a context fail from now on, as after a kernel's illegal access.</summary>
    public void Break(int code) => ((delegate* unmanaged<int, void>)Export("fake_sticky"))(code);

    /// <summary>Sets devices, major, minor or version.</summary>
    public void Set(string property, int value)
    {
        var name = Marshal.StringToCoTaskMemUTF8(property);
        ((delegate* unmanaged<nint, int, void>)Export("fake_set"))(name, value);
        Marshal.FreeCoTaskMem(name);
    }

    /// <summary>Asserts that everything was freed, once and in order.</summary>
    public void AssertClean()
    {
        Assert.Equal("", Complaints);
        Assert.Equal(0, Live);
        Assert.Equal(0, Contexts);
    }

    /// <summary>Removes the file. The library stays loaded.</summary>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Compile(string definition)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The fake driver is for Linux and macOS.");
        try
        {
            return _compiled
                .GetOrAdd(definition, key => new Lazy<byte[]>(() => RunCompiler(key)))
                .Value;
        }
        catch (Win32Exception)
        {
            Assert.Skip("gcc, which compiles the fake driver, was not found.");
            throw;
        }
    }

    private static byte[] RunCompiler(string definition)
    {
        var folder = Directory.CreateTempSubdirectory("unirep-fake-").FullName;
        var source = System.IO.Path.Combine(AppContext.BaseDirectory, "FakeDriver.c");
        var library = System.IO.Path.Combine(folder, "libfake.so");
        string[] arguments =
        [
            "-shared",
            "-fPIC",
            "-O1",
            "-pthread",
            $"-D{definition}",
            "-o",
            library,
            source,
        ];
        using var process = Process.Start(
            new ProcessStartInfo("gcc", arguments) { RedirectStandardError = true }
        )!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        var bytes = File.ReadAllBytes(library);
        Directory.Delete(folder, recursive: true);
        return bytes;
    }

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private string Text(string export) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export(export))())!;
}
