using System.Runtime.InteropServices;
using System.Text;

namespace UniRep.Cli.Console;

/// <summary>
/// Standard output that reports when nobody reads it, and standard error that never ends a run. The runtime's own streams
/// do the opposite: they drop what is written to a closed pipe without a word, and throw where a stream was never open.
/// </summary>
internal static partial class StandardStreams
{
    private const int GetFlags = 1;
    private const int CloseOnExec = 1;
    private const int BrokenPipe = 32;

    /// <summary>Makes them the streams of <see cref="System.Console"/>.</summary>
    public static void Install()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        System.Console.SetOut(
            Writer(IsOpen(1) ? StandardOutput.Open() : new ClosedStream("output"))
        );
        System.Console.SetError(
            Writer(IsOpen(2) ? new LenientStream(System.Console.OpenStandardError()) : Stream.Null)
        );
    }

    /// <summary>Whether a failure means that the reader has closed the pipe: `unirep weights list | head -1`.</summary>
    public static bool IsClosedPipe(IOException error) => error.HResult == BrokenPipe;

    /// <summary>
    /// Whether standard input (0), output (1) or error (2) was open at the start. Where it was not, the runtime has given
    /// its number to a file of its own, which unlike an inherited one is marked to be closed in child processes.
    /// </summary>
    public static bool IsOpen(int number)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        var flags = FileControl(number, GetFlags);
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    /// <summary>Fails if a command line names by `-` a stream that is closed.</summary>
    public static void RequireWhere(IReadOnlyList<string> words)
    {
        for (var at = 1; at < words.Count; at++)
        {
            var (number, name) = words[at - 1] is "-o" or "--output" ? (1, "output") : (0, "input");
            if (words[at] == "-" && !IsOpen(number))
            {
                throw new CommandFailedException(
                    ExitCode.Environment,
                    $"standard {name} is closed: name a file instead of -"
                );
            }
        }
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(false)) { AutoFlush = true };

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int number, int command);

    /// <summary>Hands everything on, and nothing any more once that has failed.</summary>
    private sealed class LenientStream(Stream inner) : WriteOnlyStream
    {
        private bool _failed;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_failed)
            {
                return;
            }

            try
            {
                inner.Write(buffer);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                _failed = true;
            }
        }
    }

    /// <summary>A stream that was closed before the program began.</summary>
    private sealed class ClosedStream(string name) : WriteOnlyStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) =>
            throw new IOException($"standard {name} is closed: there is nowhere to write to");
    }
}
