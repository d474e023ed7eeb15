using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace UniRep.Cli.Console;

/// <summary>
/// Standard output for results. .NET's own stream of it does not notice that the reader has closed the pipe.
/// </summary>
internal static partial class StandardOutput
{
    private const int Descriptor = 1;
    private const short Error = 8;
    private const short Invalid = 32;

    /// <summary>Gets whether people see what is written, not a file or another program.</summary>
    public static bool IsTerminal => !System.Console.IsOutputRedirected;

    /// <summary>Opens it: writing raises IOException once nobody reads any more.</summary>
    public static Stream Open()
    {
        // A terminal may be busy, which only the runtime's own stream waits for.
        if (OperatingSystem.IsWindows() || IsTerminal)
        {
            return System.Console.OpenStandardOutput();
        }

        var pipe = new FileStream(new SafeFileHandle(Descriptor, false), FileAccess.Write, 0);
        // A file is shared with whoever writes before and after us: only .NET's own stream continues at the same position.
        return pipe.CanSeek ? System.Console.OpenStandardOutput() : pipe;
    }

    /// <summary>Checks whether it is a pipe that nobody reads from any more.</summary>
    public static bool IsAbandoned()
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        var asked = new PollRequest { Descriptor = Descriptor };
        return Poll(ref asked, 1, 0) > 0 && (asked.Returned & (Error | Invalid)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollRequest request, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Asked;
        public short Returned;
    }
}
