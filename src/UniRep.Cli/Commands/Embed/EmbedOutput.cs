using System.Diagnostics;
using UniRep.Cli.Console;

namespace UniRep.Cli.Commands.Embed;

/// <summary>Where the results of one run of `unirep embed` go, and in which format.</summary>
internal sealed class EmbedOutput
{
    private static readonly string[] ModelExtensions = [".safetensors", ".npy", ".pkl"];
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(100);
    private readonly EmbedOptions _options;
    private long _lastLook;

    public EmbedOutput(EmbedOptions options, bool inputIsStream)
    {
        _options = options;
        Path = PathOf(options, inputIsStream);
        Format = FormatOf(options, Path);
        RefuseTerminal();
        if (!IsStream)
        {
            RefuseInputs();
        }
    }

    /// <summary>The file, or - for standard output.</summary>
    public string Path { get; }

    public OutputFormat Format { get; }

    /// <summary>Gets whether it is standard output.</summary>
    public bool IsStream => Path == "-";

    /// <summary>Gets the output as messages name it.</summary>
    public string Name => IsStream ? "standard output" : Path;

    public EmbeddingTarget Target =>
        IsStream
            ? EmbeddingTarget.NewStream(Name, StandardOutput.Open())
            : EmbeddingTarget.NewFile(Path, _options.Overwrite);

    /// <summary>
    /// Raises IOException if nobody reads standard output any more: formats that are written at the end would not notice.
    /// </summary>
    public void RequireReader()
    {
        if (!IsStream || Stopwatch.GetElapsedTime(_lastLook) < Watch)
        {
            return;
        }

        _lastLook = Stopwatch.GetTimestamp();
        if (StandardOutput.IsAbandoned())
        {
            throw new IOException("Broken pipe");
        }
    }

    private static string PathOf(EmbedOptions options, bool inputIsStream)
    {
        if (options.Output is { } given)
        {
            var path = given is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1" ? "-" : given;
            return path == "-" && options.Json
                ? throw Wrong(
                    "-o - and --json both want standard output: write to a file, or leave --json out"
                )
                : path;
        }

        if (inputIsStream)
        {
            throw Wrong("say with -o where the representations are to go");
        }

        var name = System.IO.Path.GetFileName(options.Input);
        name = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return System.IO.Path.GetFileNameWithoutExtension(name) + ".npz";
    }

    private static OutputFormat FormatOf(EmbedOptions options, string path) =>
        options.Format
        ?? (
            path == "-" || path.StartsWith("/dev/", StringComparison.Ordinal)
                ? OutputFormat.Npz
                : RepFile.formatOf(path)?.Value
        )
        ?? throw Wrong(Advice.Tell(OutputError.NewUnknownOutputFormat(path)));

    private static CommandFailedException Wrong(string message) => new(ExitCode.Usage, message);

    /// <summary>Refuses to write binary data to a terminal.</summary>
    private void RefuseTerminal()
    {
        if (IsStream && StandardOutput.IsTerminal && !Format.IsText)
        {
            throw Wrong(
                "standard output is a terminal, and this format is not text: write to a file, or give --format csv"
            );
        }
    }

    /// <summary>Refuses to write over what the run reads, by whatever name it is called.</summary>
    private void RefuseInputs()
    {
        try
        {
            foreach (var file in RepFile.filesOf(Format, Path))
            {
                if (
                    Inputs()
                        .Where(System.IO.Path.Exists)
                        .Any(input => OutputPath.isSame(file, input))
                )
                {
                    throw Wrong(
                        $"{file}: the output would replace what this run reads: give another name with -o"
                    );
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ArgumentException)
        {
            // What is no path is refused where it is opened.
        }
    }

    private IEnumerable<string> Inputs()
    {
        if (_options.Input != "-")
        {
            yield return _options.Input;
        }
        else if (new FileInfo("/proc/self/fd/0").LinkTarget is ['/', ..] file)
        {
            yield return file;
        }

        yield return _options.Weights;
        if (!Directory.Exists(_options.Weights))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(_options.Weights))
        {
            if (IsOfModel(file))
            {
                yield return file;
            }
        }
    }

    /// <summary>Distinguishes the files of a model from vectors in the same folder.</summary>
    private static bool IsOfModel(string file) =>
        ModelExtensions.Contains(
            System.IO.Path.GetExtension(file),
            StringComparer.OrdinalIgnoreCase
        )
        || System
            .IO.Path.GetFileName(file)
            .Equals("model_weights.npz", StringComparison.OrdinalIgnoreCase);
}
