using System.Diagnostics;

namespace UniRep.Cli.Tests;

/// <summary>Runs the program from a shell, which can close streams and join pipes.</summary>
internal static class Shell
{
    /// <summary>Runs a script in which $UNIREP is the program; its output is what the script prints.</summary>
    public static Unirep.Outcome Run(string folder, string script)
    {
        using var process = Start(folder, script);
        return Unirep.End(process);
    }

    public static Process Start(string folder, string script)
    {
        var start = new ProcessStartInfo("sh", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["UNIREP"] =
            $"dotnet {Path.Combine(AppContext.BaseDirectory, "unirep.dll")}";
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        return Process.Start(start)!;
    }
}
