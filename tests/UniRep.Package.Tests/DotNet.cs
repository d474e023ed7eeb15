using System.Diagnostics;

namespace UniRep.Package.Tests;

/// <summary>Runs the command `dotnet`, and programs, each within a time.</summary>
internal static class DotNet
{
    /// <summary>After so long a program hangs. A first run restores and compiles, which takes minutes while others build.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program to its end, with a home of its own: nothing is left outside that folder, and nothing that
    /// earlier runs left is found.</summary>
    public static Outcome RunAtHome(
        string home,
        string folder,
        string program,
        string[] arguments,
        string input = ""
    ) => Run(StartAtHome(home, folder, program, arguments), input);

    /// <summary>How a program starts with a home of its own, its input and outputs redirected.</summary>
    public static ProcessStartInfo StartAtHome(
        string home,
        string folder,
        string program,
        string[] arguments
    )
    {
        var start = Start(folder, program, arguments);
        start.Environment["HOME"] = home;
        start.Environment["DOTNET_CLI_HOME"] = home;
        start.Environment["NUGET_PACKAGES"] = Path.Combine(home, "packages");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(home, "cache");
        start.Environment["XDG_DATA_HOME"] = Path.Combine(home, "data");
        return start;
    }

    /// <summary>Runs a program to its end as the user who runs the tests.</summary>
    public static Outcome Run(string folder, params string[] arguments) =>
        Run(Start(folder, "dotnet", arguments), "");

    private static ProcessStartInfo Start(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the build that runs these tests has set for itself, and servers that would live on.
        foreach (var name in start.Environment.Keys.Where(IsOfTheBuild).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Gathered for a second, faster compilation of code that runs long: a tenth of the time of programs that do not.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_GENERATE_ASPNET_CERTIFICATE"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        return start;
    }

    private static bool IsOfTheBuild(string name) =>
        name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("TESTINGPLATFORM_", StringComparison.OrdinalIgnoreCase);

    private static Outcome Run(ProcessStartInfo start, string input)
    {
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end");
        }

        return new Outcome(process.ExitCode, output.Result, error.Result, watch.Elapsed);
    }

    internal sealed record Outcome(int ExitCode, string Output, string Error, TimeSpan Time)
    {
        /// <summary>The lines of the output of a program that did what it should.</summary>
        public string[] Lines
        {
            get
            {
                Assert.True(ExitCode == 0, $"{Output}\n{Error}");
                return Output.Split('\n', StringSplitOptions.TrimEntries);
            }
        }
    }
}
