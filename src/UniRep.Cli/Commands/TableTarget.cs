using Microsoft.FSharp.Core;
using UniRep.Cli.Commands.Scoring;
using UniRep.Cli.Console;
using UniRep.Design;

namespace UniRep.Cli.Commands;

/// <summary>Where the text of a command goes, a table or sequences: a file, or standard output.</summary>
internal static class TableTarget
{
    /// <summary>Gets whether a path names standard output.</summary>
    public static bool IsStream(string path) =>
        path is "-" or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>The target as messages name it.</summary>
    public static string NameOf(string path) => IsStream(path) ? "standard output" : path;

    /// <summary>Refuses before long work an output that cannot be written, or that the run reads.</summary>
    public static void Check(string path, bool overwrite, IEnumerable<string?> inputs)
    {
        foreach (var input in inputs.Select(FileOf).OfType<string>())
        {
            if (!IsStream(path) && Path.Exists(input) && OutputPath.isSame(path, input))
            {
                throw new CommandFailedException(
                    ExitCode.Usage,
                    $"{path}: the output would replace what this run reads: give another name"
                );
            }
        }

        Valid(TableOutput.check(PlaceOf(path, overwrite)));
    }

    /// <summary>Refuses a table and a summary that both want standard output.</summary>
    public static void RequireFreeOutput(bool json, string option, string? path)
    {
        if (json && path is not null && IsStream(path))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"{option} - and --json both want standard output: write to a file, or leave --json out"
            );
        }
    }

    public static void Write(
        string path,
        bool overwrite,
        IEnumerable<string> columns,
        IEnumerable<string[]> rows
    ) => Valid(TableOutput.write(PlaceOf(path, overwrite), columns, rows));

    /// <summary>The file that is read as an input: that behind standard input, if there is one.</summary>
    private static string? FileOf(string? input) =>
        input != "-" ? input
        : new FileInfo("/proc/self/fd/0").LinkTarget is ['/', ..] file ? file
        : null;

    private static TablePlace PlaceOf(string path, bool overwrite) =>
        IsStream(path)
            ? TablePlace.NewStream(StandardOutput.Open())
            : TablePlace.NewFile(path, overwrite);

    private static void Valid(FSharpResult<Unit, OutputError> result)
    {
        if (result.IsError)
        {
            throw ScoringFailure.Of(ScoringError.NewOutput(result.ErrorValue));
        }
    }
}
