using System.Diagnostics;
using System.Text;

namespace UniRep.Cli.Tests;

/// <summary>Runs the program as a user does, as a process of its own.</summary>
internal static class Unirep
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Outcome Run(string folder, params string[] arguments) =>
        RunWith(folder, null, arguments);

    /// <summary>Runs the program with a standard input.</summary>
    public static Outcome RunWith(string folder, byte[]? input, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return End(process, input);
    }

    /// <summary>Waits for the program, giving it a standard input.</summary>
    public static Outcome End(Process process, byte[]? input = null) =>
        End(process, Patience, input);

    /// <summary>Waits for the program, giving it a standard input. When the time is up, ends it and fails with what it had
    /// printed.</summary>
    public static Outcome End(Process process, TimeSpan patience, byte[]? input = null)
    {
        var output = ReadAll(process.StandardOutput.BaseStream);
        var error = process.StandardError.ReadToEndAsync();
        var feeding = Task.Run(() => Feed(process, input ?? []));
        RequireEnd(
            process,
            patience,
            () => $"{Encoding.UTF8.GetString(output.Result)}{error.Result}"
        );
        feeding.GetAwaiter().GetResult();
        return new Outcome(process.ExitCode, output.Result, error.Result);
    }

    private static void Feed(Process process, byte[] input)
    {
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input, as it does when its options are wrong.
        }
    }

    /// <summary>Waits for a program whose standard input stays open. When the time is up, ends it and fails with what it had
    /// printed.</summary>
    public static void RequireEnd(Process process, TimeSpan patience) =>
        RequireEnd(
            process,
            patience,
            () => process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd()
        );

    private static void RequireEnd(Process process, TimeSpan patience, Func<string> printed)
    {
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail(
                $"the program did not end within {patience.TotalSeconds} s; it had printed: {printed()}"
            );
        }
    }

    public static Process Start(string folder, params string[] arguments) =>
        StartWith(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Starts the program with environment variables of a test's own.</summary>
    public static Process StartWith(
        string folder,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "unirep.dll"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        // Under the engine's instruction-set switches the program must behave alike; tests inherit them.
        return Process.Start(start)!;
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    internal sealed record Outcome(int ExitCode, byte[] Output, string Error)
    {
        public string Text => Encoding.UTF8.GetString(Output);

        /// <summary>Asserts that the program failed with one clear message and no stack trace.</summary>
        public void AssertFailed(int exitCode, string message)
        {
            Assert.Contains(message, Error, StringComparison.Ordinal);
            Assert.Equal(exitCode, ExitCode);
            Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        }

        public Outcome AssertDone()
        {
            Assert.True(ExitCode == 0, Error);
            return this;
        }
    }
}

/// <summary>A folder of a test's own, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("unirep-tests-").FullName;

    public string Write(string name, string text)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, name), text);
        return name;
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);
        return name;
    }

    /// <summary>The names of all files, hidden ones too.</summary>
    public string[] Files =>
        [
            .. Directory
                .GetFiles(Path)
                .Select(file => System.IO.Path.GetFileName(file))
                .Order(StringComparer.Ordinal),
        ];

    public byte[] Read(string name) => File.ReadAllBytes(System.IO.Path.Combine(Path, name));

    public string ReadText(string name) => File.ReadAllText(System.IO.Path.Combine(Path, name));

    public void Dispose() => Directory.Delete(Path, true);
}
